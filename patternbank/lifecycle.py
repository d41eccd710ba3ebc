"""The states of a pattern, the ways between them, and the record of who went them."""

from datetime import UTC, datetime

from pydantic import AwareDatetime, Field

from patternbank.errors import LifecycleError
from patternbank.patterns.manifest import Status
from patternbank.values import Frozen

TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    Status.DRAFT: (Status.CANDIDATE, Status.RETIRED),
    Status.CANDIDATE: (Status.GOLDEN, Status.DRAFT, Status.RETIRED),
    Status.GOLDEN: (Status.DEPRECATED,),
    Status.DEPRECATED: (Status.GOLDEN, Status.RETIRED),
    Status.RETIRED: (),
}


class Scores(Frozen):
    """What evidence says of a pattern, each from 0 to 1."""

    readiness: float = Field(ge=0, le=1)
    coverage: float = Field(ge=0, le=1)
    security: float = Field(ge=0, le=1)
    reliability: float = Field(ge=0, le=1)

    @property
    def least(self) -> float:
        """Give the weakest of the four."""
        return min(self.readiness, self.coverage, self.security, self.reliability)


class Change(Frozen):
    """Who changes something, why, and when."""

    by: str = Field(min_length=1, max_length=200)
    why: str = Field(min_length=1, max_length=2000)
    at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    replacement: str = Field(default="", max_length=200)


class HistoryEntry(Frozen):
    """One recorded change of a version; ``kind`` is added, reissued, status or scores."""

    kind: str
    before: str = ""
    after: str = ""
    change: Change


def check_transition(reference: str, before: Status, after: Status, change: Change) -> None:
    """Raise ``LifecycleError`` where a pattern may not go this way, or a deprecation names no replacement."""
    allowed = TRANSITIONS[before]
    if after not in allowed:
        ways = ", ".join(allowed) or "nowhere"
        raise LifecycleError(
            f"{reference} is {before} and cannot become {after}", f"from {before} a pattern goes to {ways}"
        )
    if after is Status.DEPRECATED and not change.replacement:
        raise LifecycleError(
            f"the deprecation of {reference} names no replacement", "say which pattern takes its place, or 'none'"
        )
