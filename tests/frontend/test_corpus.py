"""Specs that cannot be, each with all that is said of it."""

import os
from pathlib import Path

import pytest

from devmatrix.frontend import read_spec_bytes

CORPUS = Path(__file__).parents[1] / "corpus"
CASES = sorted(path.parent.parent for path in CORPUS.glob("*/expected/diagnostics.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_spec_gives_its_findings(case: Path) -> None:
    """All findings at once, in the order of the text; with DEVMATRIX_ACCEPT=1 they are written anew."""
    _, found = read_spec_bytes((case / "spec.md").read_bytes(), "spec.md")
    said = "".join(f"{diagnostic.render()}\n" for diagnostic in found)
    expected = case / "expected" / "diagnostics.txt"
    if os.environ.get("DEVMATRIX_ACCEPT") == "1":
        expected.write_text(said, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == said
    assert said


def test_there_are_cases() -> None:
    """An empty corpus proves nothing."""
    assert len(CASES) >= 5
