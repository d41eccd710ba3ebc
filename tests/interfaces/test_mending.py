"""What a repair leaves in a folder can be repaired again, and what a person deleted stays deleted."""

from pathlib import Path

from devmatrix.artifacts.tree import FileTree
from devmatrix.interfaces.cli.mending import with_origins, write_mended
from devmatrix.pipeline.archive import read_application, read_generated, read_tree
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.run import write
from devmatrix.runtime.folder import inspect_folder
from patternbank.opening import MEMORY, open_bank
from tests.pipeline.marked import built

EDITED = "src/core/types.py"
DELETED = "README.md"


def test_only_what_the_repair_changes_changes_in_a_folder(tmp_path: Path) -> None:
    """The notes stay, an edit stays, a deleted file stays away; the folder is known as well as before."""
    folder = tmp_path / "app"
    with open_bank(MEMORY) as bank:
        generated = built(bank)
        write(generated, folder, Recorder())
        (folder / EDITED).write_text((folder / EDITED).read_text() + "MINE = 1\nWRONG = 2\n")
        (folder / DELETED).unlink()
        before, standing = texts_in(folder), read_tree(folder)
        known = with_origins(standing, generated.tree)
        repaired = FileTree(
            files=tuple(one.model_copy(update={"text": one.text.replace("WRONG = 2\n", "")}) for one in known.files)
        )
        write_mended(folder, generated, standing, repaired, edited=True)
        assert texts_in(folder) == {**before, EDITED: before[EDITED].replace("WRONG = 2\n", "")}
        assert (inspect_folder(folder).edited, inspect_folder(folder).deleted) == ((EDITED,), (DELETED,))
        assert read_generated(folder, read_application(folder), bank).tree == generated.tree


def texts_in(folder: Path) -> dict[str, str]:
    """Every file with its text."""
    return {str(one.relative_to(folder)): one.read_text() for one in sorted(folder.rglob("*")) if one.is_file()}
