"""Nothing that could leave the folder, overwrite another file or not be Python is let through."""

import pytest

from devmatrix.artifacts.tree import FileTree, GeneratedFile
from devmatrix.checks import check_tree


def codes(*files: tuple[str, str]) -> list[str]:
    tree = FileTree(files=tuple(GeneratedFile(path=path, text=text) for path, text in files))
    return [finding.code for finding in check_tree(tree)]


def test_a_sound_tree_has_no_findings() -> None:
    assert codes(("src/main.py", "x = 1\n"), ("src/__init__.py", ""), (".env.example", "A=1\n")) == []


@pytest.mark.parametrize("path", ["../a", "/etc/a", "a//b", "a/./b", "a\\b", "a/..", "a/b.", "a\nb", "", "C:/a", "ä"])
def test_a_path_stays_inside(path: str) -> None:
    assert codes((path, "")) == ["DM811"]


def test_paths_that_clash() -> None:
    assert codes(("a/B.txt", ""), ("a/b.txt", "")) == ["DM812"]
    assert codes(("a", ""), ("a/b", "")) == ["DM812"]


@pytest.mark.parametrize("text", ["def (", "x = '\x00'\n", "  x\n y\n"])
def test_python_parses(text: str) -> None:
    assert codes(("a.py", text)) == ["DM813"]


def test_text_can_be_written() -> None:
    assert codes(("a.txt", "\ud800")) == ["DM814"]
