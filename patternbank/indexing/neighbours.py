"""Find the versions that are most like each version, and keep them in the graph for those who look at it."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field

from patternbank.ports import Entry, Hit, PatternStore
from patternbank.values import Frozen

NOTE = "neighbours"
"""The remark that holds the revision for which the neighbours were found."""
BATCH = 500


class Neighbour(Frozen):
    """A version that is like another one, and how much, from 0 to 1."""

    reference: str
    score: float = Field(ge=0, le=1)


class Neighbours(Frozen):
    """The versions most like one, best first."""

    reference: str
    nearest: tuple[Neighbour, ...]


class Found(Frozen):
    """How many versions were compared, and how many are like another."""

    versions: int
    edges: int
    revision: str


class GraphStore(PatternStore, Protocol):
    """A store that keeps neighbours as edges."""

    def keep_neighbours(self, found: Sequence[Neighbours]) -> None:
        """Put the neighbours of versions in place of those that they had."""


def find_neighbours(store: GraphStore, limit: int = 4, least: float = 0.2, *, dry_run: bool = False) -> Found:
    """Compare every version with all others, and keep the nearest of each in the graph.

    Structure is compared where a version has one, or else words; the edge is no statement of anybody, and is made anew.
    """
    revision, versions, edges, after = store.revision(), 0, 0, ""
    while page := store.entries(after=after, limit=BATCH):
        found = [_neighbours(store, entry, limit, least) for entry in page]
        if not dry_run:
            store.keep_neighbours(found)
        versions, edges = versions + len(page), edges + sum(len(one.nearest) for one in found)
        after = page[-1].reference
    if not dry_run:
        store.keep_note(NOTE, revision)
    return Found(versions=versions, edges=edges, revision=revision)


def are_current(store: PatternStore) -> bool:
    """Say whether the neighbours are those of the bank as it is now."""
    return store.note(NOTE) == store.revision()


def _neighbours(store: PatternStore, entry: Entry, limit: int, least: float) -> Neighbours:
    hits = _like(store, entry, limit + 1)
    near = [hit for hit in hits if hit.reference != entry.reference and hit.score >= least][:limit]
    nearest = tuple(Neighbour(reference=hit.reference, score=round(hit.score, 2)) for hit in near)
    return Neighbours(reference=entry.reference, nearest=nearest)


def _like(store: PatternStore, entry: Entry, limit: int) -> tuple[Hit, ...]:
    if entry.signature:
        return store.near(entry.signature, limit)
    return store.mentioning(entry.manifest.text, limit)
