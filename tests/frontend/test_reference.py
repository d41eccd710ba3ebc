"""docs/spec-language.md: every example in it is true."""

import re
from pathlib import Path

import pytest

from devmatrix.diagnostics.catalogue_ir import Entry
from devmatrix.diagnostics.examples import spec_of
from devmatrix.frontend import read_spec
from devmatrix.frontend.endpoints import METHOD_OF
from devmatrix.frontend.entities_section import OPTIONS
from devmatrix.frontend.language.reading import RULES, STATEMENTS
from devmatrix.frontend.settings_section import READERS
from devmatrix.frontend.types import KNOWN

PAGE = (Path(__file__).parents[2] / "docs" / "spec-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^````markdown (\w+)(?: (DM\d+))?\n(.*?)^````$", PAGE, re.MULTILINE | re.DOTALL)
FENCES = re.findall(r"^````(.+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("place", "code", "text"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_is_what_it_says(place: str, code: str, text: str) -> None:
    """A whole spec or a fragment in its place has no finding, or the one that stands beside it."""
    whole = text if place == "spec" else spec_of(Entry(code, "", "", text.rstrip("\n"), "", place=place))
    _, found = read_spec(whole, "page.md")
    assert [diagnostic.code for diagnostic in found] == ([code] if code else []), [d.render() for d in found]


def test_every_fence_is_an_example() -> None:
    """No fenced text escapes the check."""
    assert len(FENCES) == len(EXAMPLES) >= 20


@pytest.mark.parametrize(
    "word", [*RULES, *STATEMENTS, *OPTIONS, *READERS, *KNOWN, *METHOD_OF, "-> ", "many ", "list of "]
)
def test_every_construct_has_an_example(word: str) -> None:
    """Each rule, statement, option, setting, type and verb stands in some example."""
    assert any(re.search(rf"(?<![\w-]){re.escape(word)}", text) for _, _, text in EXAMPLES)
