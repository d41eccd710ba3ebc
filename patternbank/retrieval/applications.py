"""Find applications of one build: what they were made of, and how they fared."""

from collections.abc import Sequence

from patternbank.embeddings import SparseVector
from patternbank.ports import RunStore
from patternbank.records import ApplicationRecord, RunRecord
from patternbank.values import Frozen

ALIKE = 0.85
"""Likeness from which an application is worth a look whatever else there is: no stranger reaches it."""
APART = 0.3
"""Or it stands out: the share of the way from the crowd's likeness to equality that it covers. A small application
loses much likeness with one change, but what it is nothing to loses more. Both are found with
``python -m benchmarks.retrieval --tune``."""
CROWD = 10
"""The likeness of the tenth is that of the crowd: what any application has with others of its kind. Up to nine versions
of one application may be remembered without being the crowd; where fewer than ten are, only ``ALIKE`` counts."""


class Remembered(Frozen):
    """An application like the one that was asked for, with its runs, the newest first."""

    application: ApplicationRecord
    score: float
    runs: tuple[RunRecord, ...]

    @property
    def built_of(self) -> tuple[str, ...]:
        """Give the versions that the newest run was built of."""
        return tuple(sorted({bound.reference for bound in self.runs[0].bound})) if self.runs else ()

    @property
    def fared(self) -> str:
        """Say how the newest run went."""
        if not self.runs:
            return "never run"
        last = self.runs[0]
        red = f", {last.failed} red" if last.failed else ""
        return f"{last.passed} of {last.total} scenarios green{red}, {len(self.runs)} runs"

    @property
    def told(self) -> str:
        """Say in one line what it is and how it fared."""
        size = f"{self.application.entities} entities, {self.application.operations} operations"
        return f"{self.application.title} ({size}): likeness {self.score:.2f}; {self.fared}"


def applications_like(
    store: RunStore, signature: SparseVector, limit: int = 5, other_than: str = ""
) -> tuple[Remembered, ...]:
    """Give the applications most like a structure, best first; none that is like it as any other would be."""
    hits = [hit for hit in store.like(signature, max(limit, CROWD) + 1) if hit.reference != other_than]
    worth_a_look = hits[: min(limit, count_alike([hit.score for hit in hits]))]
    found = []
    for hit in worth_a_look:
        application = store.application(hit.reference)
        if application is not None:
            runs = store.runs(application=application.id)
            found.append(Remembered(application=application, score=round(hit.score, 6), runs=runs))
    return tuple(found)


def count_alike(scores: Sequence[float], alike: float = ALIKE, apart: float = APART) -> int:
    """Count how many of the likenesses, the best first, are more than any other application has."""
    enough = alike
    if len(scores) >= CROWD:
        crowd = scores[CROWD - 1]
        enough = min(alike, crowd + apart * (1 - crowd))
    return sum(round(score, 9) >= enough for score in scores)
