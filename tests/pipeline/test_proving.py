"""Trees are asked in folders of their own, and none is left behind."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from devmatrix.artifacts.tree import FileTree, GeneratedFile
from devmatrix.pipeline.proving import PREFIX, trial_folder

TREE = FileTree(files=(GeneratedFile(path="src/a.py", text="A = 1\n"),))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A temporary folder that nobody else uses."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_the_tree_stands_upon_what_else_belongs_to_it(tmp_path: Path) -> None:
    """Files of the user's come along, our notes do not, and everything is gone afterwards."""
    base = tmp_path / "base"
    (base / ".devmatrix").mkdir(parents=True)
    (base / "mine.txt").write_text("mine")
    with trial_folder(TREE, base) as folder:
        assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["a.py", "mine.txt"]
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    """The folder of a process that is gone is removed; that of one that lives stays, and what is not ours."""
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead, living, other = (
        tmp_path / f"{PREFIX}{owner}-x" for owner in (done.stdout.decode().strip(), os.getppid(), "somebody")
    )
    for folder in (dead, living, other):
        folder.mkdir()
    with trial_folder(TREE):
        assert (dead.exists(), living.exists(), other.exists()) == (False, True, True)
