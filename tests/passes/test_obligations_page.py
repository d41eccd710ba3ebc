"""The page on obligations tells of every kind that there is."""

from pathlib import Path
from typing import get_args

from devmatrix.ir.tests import ObligationKind

PAGE = Path(__file__).parents[2] / "docs" / "obligations.md"


def test_every_kind_has_its_row() -> None:
    rows = [
        line.split("|")[1].strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    assert set(rows) - {"kind"} == set(get_args(ObligationKind))
