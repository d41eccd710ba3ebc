"""The dialect of patterns."""

import re

import pytest

from devmatrix.expressions.regex import nests_repetitions, read_pattern


@pytest.mark.parametrize(
    ("pattern", "common"),
    [
        (r"^\+?[0-9 ()-]{6,30}$", r"^\+?[0-9 ()-]{6,30}$"),
        (r"^(a|b)*c{2}d{3,}$", r"^(a|b)*c{2}d{3,}$"),
        (r"\d\w\s.", r"[0-9][A-Za-z0-9_][ \t\n\r][^\n\r]"),
        (r"[\w.-]+@[\w-]", r"[A-Za-z0-9_.-]+@[A-Za-z0-9_-]"),
        (r"(?:x|\.)?[^/]", r"(?:x|\.)?[^/]"),
        ("Grüße", "Grüße"),
    ],
)
def test_what_means_the_same_everywhere(pattern: str, common: str) -> None:
    """Accepted, with classes written out."""
    assert read_pattern(pattern) == (common, None)
    re.compile(common)


@pytest.mark.parametrize(
    "pattern",
    ["", "a**", "a+?", "a*+", "(?=a)", "(?i)a", "(?P<n>a)", "(a", "a)", "[a", "[]", "[[:alpha:]]", "[a&&b]", r"\b", r"\1", r"\p{L}",
     "*a", "a{3,1}", "a{1000}", "a{x}", "a}", "a]", "^*", "a|*", "[z-a]", "a" * 2000, "(" * 30 + "a" + ")" * 30, "a\nb"],
)  # fmt: skip
def test_what_does_not(pattern: str) -> None:
    """Refused with a reason."""
    assert read_pattern(pattern)[1] is not None


@pytest.mark.parametrize(
    ("pattern", "nests"),
    [("(a+)+", True), ("((a*b)c){2,}", True), ("(a|b)+", False), ("(ab?)+", True), ("a+b+", False), ("(a+)?", False)],
)
def test_nested_repetitions_are_seen(pattern: str, *, nests: bool) -> None:
    """They can take forever to say no, so the compiler never runs them."""
    assert nests_repetitions(pattern) is nests
