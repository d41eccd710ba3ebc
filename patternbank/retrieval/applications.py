"""Find applications of one build: what they were made of, and how they fared."""

from patternbank.embeddings import SparseVector
from patternbank.ports import RunStore
from patternbank.records import ApplicationRecord, RunRecord
from patternbank.values import Frozen

ALIKE = 0.8
"""The least likeness of applications that are worth a look; found with ``python -m benchmarks.retrieval --tune``."""


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
    store: RunStore, signature: SparseVector, limit: int = 5, enough: float = ALIKE, other_than: str = ""
) -> tuple[Remembered, ...]:
    """Give the applications most like a structure, best first; none that is less like it than ``enough``."""
    found = []
    for hit in store.like(signature, limit + 1):
        application = store.application(hit.reference) if hit.score >= enough else None
        if application is not None and application.id != other_than:
            runs = store.runs(application=application.id)
            found.append(Remembered(application=application, score=round(hit.score, 6), runs=runs))
    return tuple(found[:limit])
