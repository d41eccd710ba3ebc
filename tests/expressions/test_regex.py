"""The dialect of patterns."""

import re
import time

import pytest

from devmatrix.expressions.matching import is_found
from devmatrix.expressions.regex import read_pattern


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
    [
        "", "a**", "a+?", "a*+", "(?=a)", "(?i)a", "(?P<n>a)", "(a", "a)", "[a", "[]", "[[:alpha:]]", "[a&&b]", r"\b",
        r"\1", r"\p{L}", "*a", "a{3,1}", "a{1000}", "a{x}", "a}", "a]", "^*", "a|*", "[z-a]", "a" * 2000,
        "(" * 30 + "a" + ")" * 30, "a\nb",
    ],
)  # fmt: skip
def test_what_does_not(pattern: str) -> None:
    """Refused with a reason."""
    assert read_pattern(pattern)[1] is not None


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\+?[0-9 ()-]{6,30}$", "^(a|b)*c{2}d{3,}$", "[ab]+[^a]", "^$", "a|b|", "^(?:ab?c*){2,3}$", "(a|aa)+$", "b$",
        "^[a-c-]{0,4}$", "(^a|b$)",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "text", ["", "a", "b", "ab", "aab", "abcc", "abab", "ccddd", "acab-c", "+49 (0) 12-34", "a\n", "b\nb"]
)
def test_found_as_the_standard_library_finds_it(pattern: str, text: str) -> None:
    """The matcher that never goes back agrees with the one that does; `$` is the very end."""
    assert is_found(pattern, text) == (re.search(pattern.replace("$", r"\Z"), text) is not None)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(a?){200}a{200}$", "a*a*a*a*a*a*b"])
def test_no_pattern_takes_forever(pattern: str) -> None:
    """Patterns that a backtracking matcher does not survive."""
    start = time.process_time()
    assert not is_found(pattern, "a" * 150 + "c")
    assert time.process_time() - start < 2
