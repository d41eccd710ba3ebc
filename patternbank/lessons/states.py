"""The states of lessons and proposals, and the ways between them."""

from patternbank.errors import LifecycleError
from patternbank.lessons.records import LessonStatus, ProposalStatus

LESSON_WAYS: dict[LessonStatus, tuple[LessonStatus, ...]] = {
    "draft": ("active", "quarantined", "retired"),
    "active": ("quarantined", "retired", "accepted"),
    "quarantined": ("draft", "retired"),
    "retired": ("draft",),
    "accepted": (),
}
PROPOSAL_WAYS: dict[ProposalStatus, tuple[ProposalStatus, ...]] = {
    "open": ("accepted", "rejected"),
    "accepted": (),
    "rejected": (),
}


def check_lesson_way(key: str, before: LessonStatus, after: LessonStatus) -> None:
    """Raise ``LifecycleError`` where a lesson may not go this way."""
    _check(f"the lesson {key[:12]}", before, after, LESSON_WAYS[before])


def check_proposal_way(key: str, before: ProposalStatus, after: ProposalStatus) -> None:
    """Raise ``LifecycleError`` where a proposal may not go this way."""
    _check(f"the proposal {key[:12]}", before, after, PROPOSAL_WAYS[before])


def _check(name: str, before: str, after: str, ways: tuple[str, ...]) -> None:
    if after not in ways:
        there = f"from {before} it can become {' or '.join(ways)}" if ways else f"{before} is final"
        raise LifecycleError(f"{name} is {before} and cannot become {after}", there)
