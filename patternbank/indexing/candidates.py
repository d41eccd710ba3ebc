"""Cut what the index names exactly as a full comparison would: the index holds rounded numbers and stale states."""

from collections.abc import Mapping, Sequence

from patternbank.embeddings import SparseVector
from patternbank.ports import Conditions, Entry

PLACES = 1e9
"""Scores are rounded to so many parts, in the way of the full comparison."""


def meets(entry: Entry, conditions: Conditions) -> bool:
    """Say whether a version meets every condition as it is now."""
    return (
        (not conditions.capability or conditions.capability in entry.manifest.capabilities)
        and (not conditions.statuses or entry.status in conditions.statuses)
        and (not conditions.stack or set(entry.manifest.stack) <= set(conditions.stack))
        and (not conditions.min_score or (entry.scores is not None and entry.scores.least >= conditions.min_score))
    )


def products(asked: SparseVector, vectors: Mapping[str, SparseVector]) -> dict[str, float]:
    """Give the product of each vector with one, rounded so that no order of summing shows, above 0 only."""
    found: dict[str, float] = {}
    for reference, vector in vectors.items():
        weights = dict(vector)
        total = 0.0
        for key, weight in asked:
            total += weight * weights.get(key, 0.0)
        if (score := rounded(total)) > 0:
            found[reference] = score
    return found


def rounded(score: float) -> float:
    """Round as the full comparison does."""
    return round(score * PLACES) / PLACES


def best(scores: Mapping[str, float], limit: int) -> list[str]:
    """Give the references with the highest scores, equal ones in order."""
    return sorted(scores, key=lambda reference: (-scores[reference], reference))[:limit]


def is_cut_clean(legs: Sequence[Mapping[str, float]], limit: int, asked_for: int, blur: float = 1e-5) -> bool:
    """Say whether nothing that the index did not name can be among the best of a leg.

    The index gave the ``asked_for`` best of each leg by rounded numbers: what it left out scores no more than the last
    of these, so the cut is clean when the last one that counts stands above that.
    """
    for scores in legs:
        ranked = sorted(scores.values(), reverse=True)
        if len(ranked) >= asked_for and ranked[limit - 1] <= ranked[asked_for - 1] + blur * max(1.0, ranked[0]):
            return False
    return True
