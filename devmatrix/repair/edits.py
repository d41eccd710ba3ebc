"""Which of a person's edits make scenarios fail, and how a repair goes into files that a person has edited."""

from collections.abc import Iterable, Sequence

from devmatrix.artifacts.tree import FileTree, GeneratedFile
from devmatrix.repair.differences import all_hunks
from devmatrix.repair.hunk import Hunk, NoPlace
from devmatrix.repair.placing import applied


def edits(generated: FileTree, standing: FileTree) -> tuple[Hunk, ...]:
    """What a person changed since, by path and from the top."""
    return all_hunks(generated, standing)


def without(standing: FileTree, undone: Sequence[Hunk]) -> FileTree | None:
    """The tree with some edits taken back and all others kept; None where they cannot be told apart.

    The last edits of a file go first, so that the places of the others stay.
    """
    return changed(standing, [hunk.reverse for hunk in reversed(undone)])


def changed(tree: FileTree, wanted: Iterable[Hunk]) -> FileTree | None:
    """The tree after hunks; None where one of them has no place. A file that comes out empty and was new is gone."""
    files = {file.path: file for file in tree.files}
    for hunk in wanted:
        file = files.get(hunk.file, GeneratedFile(path=hunk.file, text=""))
        try:
            text = applied(file.text, hunk)
        except NoPlace:
            return None
        files[hunk.file] = file.model_copy(update={"text": text})
    present = {file.path for file in tree.files}
    kept = (files[path] for path in sorted(files) if files[path].text or path in present)
    return FileTree(files=tuple(kept))


def merged(standing: FileTree, generated: FileTree, repaired: FileTree) -> FileTree | None:
    """The repaired tree with a person's edits in it; None where both change the same place."""
    taken = changed(standing, all_hunks(generated, repaired))
    if taken is None:
        return None
    origins = {file.path: file.origins for file in repaired.files}
    return FileTree(
        files=tuple(file.model_copy(update={"origins": origins.get(file.path, ())}) for file in taken.files)
    )
