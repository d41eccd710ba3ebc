"""Whole applications as they should come out; ``make accept`` writes them anew, the difference is reviewed."""

import os
import shutil
from pathlib import Path

import pytest

from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from patternbank.opening import open_bank

CORPUS = Path(__file__).parents[1] / "corpus"
CASES = sorted(path.parent.parent for path in CORPUS.glob("*/expected/tree"))


def tree_of(case: Path) -> dict[str, str]:
    """Path -> text of the application of a case."""
    with open_bank(":memory:") as bank:
        built = build((case / "spec.md").read_bytes(), "spec.md", bank, Recorder(), scenarios=False)
    assert isinstance(built, Built), [item.render() for item in built.diagnostics]
    return {file.path: file.text for file in built.tree.files}


def test_there_are_cases() -> None:
    """The corpus holds applications, or the test below would prove nothing."""
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_application_comes_out_as_expected(case: Path) -> None:
    """File by file, byte by byte; no file more, none less."""
    tree = tree_of(case)
    expected = case / "expected" / "tree"
    if os.environ.get("DEVMATRIX_ACCEPT"):
        shutil.rmtree(expected)
        for path, text in tree.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(text, encoding="utf-8")
    kept = {path.relative_to(expected).as_posix() for path in expected.rglob("*") if path.is_file()}
    assert kept == set(tree)
    for path, text in sorted(tree.items()):
        assert (expected / path).read_text(encoding="utf-8") == text, path
