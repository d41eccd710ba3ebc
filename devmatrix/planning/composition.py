"""Whether the chosen patterns go together: what each requires is there, what it conflicts with is not."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from patternbank.patterns import PatternManifest


class Missing(NamedTuple):
    """A capability or pattern that is wanted, and by whom."""

    wanted: str
    pattern: str


def missing_requirements(manifests: Mapping[str, PatternManifest]) -> tuple[Missing, ...]:
    """What chosen patterns require and none provides, in the order of the choice."""
    provided = {name for manifest in manifests.values() for name in (manifest.name, *manifest.capabilities)}
    found = {
        wanted: Missing(wanted, reference)
        for reference, manifest in reversed(tuple(manifests.items()))
        for wanted in manifest.requires
        if wanted not in provided
    }
    return tuple(sorted(found.values()))


def selection_conflicts(manifests: Mapping[str, PatternManifest]) -> Iterator[tuple[str, str, str]]:
    """(pattern, other pattern, what of the other it conflicts with), each pair once."""
    seen: set[frozenset[str]] = set()
    for reference, manifest in manifests.items():
        for other_reference, other in manifests.items():
            pair = frozenset({reference, other_reference})
            clash = next((name for name in manifest.conflicts if name in (other.name, *other.capabilities)), None)
            if clash is not None and len(pair) == 2 and pair not in seen:
                seen.add(pair)
                yield reference, other_reference, clash
