"""A name that a flow gives and never uses is a warning, and no more."""

import pytest

from devmatrix.checks import check_application
from devmatrix.passes import refine
from tests.frontend.specs import application_of, with_statements


def warned(*statements: str) -> list[tuple[str, str]]:
    """What is found in a flow with these statements."""
    found = check_application(refine(application_of(with_statements(*statements))))
    return [(finding.severity, finding.message) for finding in found if finding.code == "DM711"]


@pytest.mark.parametrize(
    "statements",
    [
        ("- let `a = 1`", "- sets `thing.size = a`"),
        ("- let `a = 1`", "- let `b = a`", "- ensures `thing.size > b`"),
        ("- let `a = thing`", "- sets `a.size = 1`"),
        ("- let `a = 1`", "- answers 200 with `a`"),
        ("- let `a = 1`", "- when `thing.size > 1`", "  - sets `thing.size = a`"),
        ("- let `a = owner.things`", "- for each `t` in `a`", "  - deletes `t`"),
        ("- when `thing.size > 1`", "  - let `a = 1`", "  - sets `thing.size = a`"),
    ],
)
def test_a_name_that_is_used(statements: tuple[str, ...]) -> None:
    """In whatever statement behind it, in the answer, or in what stands inside."""
    assert warned(*statements) == []


@pytest.mark.parametrize(
    "statements",
    [
        ("- let `a = 1`", "- sets `thing.size = 1`"),
        ("- let `a = owner.things`", '- requires `owner.things.exists(a, a.size > 1)` else 409 "no"'),
        ("- when `thing.size > 1`", "  - let `a = 1`", "- otherwise", "  - let `a = 2`", "  - sets `thing.size = a`"),
        ("- for each `t` in `owner.things`", "  - let `a = t.size`", "  - deletes `t`"),
    ],
)
def test_a_name_that_nothing_uses(statements: tuple[str, ...]) -> None:
    """A variable of a macro hides it, and another branch has names of its own."""
    assert warned(*statements) == [("warning", "nothing uses 'a'")]
