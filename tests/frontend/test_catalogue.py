"""The catalogue of diagnostics is complete, its examples are true, and the page says the same."""

import os
import re
from pathlib import Path

import pytest

from devmatrix.diagnostics.catalogue import CATALOGUE, SPEC_ENTRIES
from devmatrix.diagnostics.catalogue_ir import ENTRIES, Entry
from devmatrix.diagnostics.examples import FRAME, spec_of
from devmatrix.diagnostics.reference import write_reference
from devmatrix.frontend import read_spec

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("entry", SPEC_ENTRIES, ids=lambda entry: entry.code)
def test_an_example_gives_its_code_and_no_other(entry: Entry) -> None:
    """Each example shows exactly what it is an example of."""
    _, found = read_spec(spec_of(entry), "shop.md")
    assert {diagnostic.code for diagnostic in found} == {entry.code}
    assert {diagnostic.severity for diagnostic in found} == {entry.severity}


def test_the_frame_of_the_examples_is_a_spec() -> None:
    """Without an example the frame has no finding."""
    application, found = read_spec(FRAME.format(settings="", entities="", endpoints="", flows=""), "shop.md")
    assert found == ()
    assert application is not None


def test_every_code_that_is_reported_is_in_the_catalogue() -> None:
    """No module reports a code that the catalogue does not explain, and none is explained that nobody reports."""
    folders = (ROOT / "devmatrix" / "frontend", ROOT / "devmatrix" / "expressions")
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py")) if "solver" not in path.parts]
    sources = [path.read_text(encoding="utf-8") for path in paths]
    reported = {code for source in sources for code in re.findall(r'"(DM\d{3})"', source)}
    assert reported == {entry.code for entry in SPEC_ENTRIES}


def test_codes_are_distinct() -> None:
    """A code means one thing."""
    assert len(CATALOGUE) == len(SPEC_ENTRIES) + len(ENTRIES)


def test_the_page_lists_every_code() -> None:
    """docs/diagnostics.md is what the catalogue says; with DEVMATRIX_ACCEPT=1 it is written anew."""
    page = ROOT / "docs" / "diagnostics.md"
    if os.environ.get("DEVMATRIX_ACCEPT") == "1":
        page.write_text(write_reference(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == write_reference()
