"""Every shipped pattern renders its example, and all of them fit together."""

import pytest

from patternbank.checking import check_pattern, check_together
from patternbank.loading import shipped_folder
from patternbank.patterns import PatternVersion, Status, read_patterns

with shipped_folder() as folder:
    PATTERNS = read_patterns(folder) if folder.is_dir() else ()


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.reference)
def test_a_shipped_pattern_is_in_order(pattern: PatternVersion) -> None:
    """Its templates compile, its example becomes what is expected, its Python is clean."""
    assert [f"{finding.place}: {finding.text}" for finding in check_pattern(pattern)] == []


def test_shipped_patterns_fit_together() -> None:
    """What one requires another provides, and conflicts are declared on both sides."""
    assert [f"{finding.pattern}: {finding.text}" for finding in check_together(PATTERNS)] == []


def test_shipped_patterns_are_golden() -> None:
    """Nothing unfinished is shipped."""
    assert [pattern.reference for pattern in PATTERNS if pattern.manifest.status is not Status.GOLDEN] == []
