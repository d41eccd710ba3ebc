"""What the evidence of a lesson amounts to: how probably it helps, where it helped, whether it still matters."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from patternbank.lessons.beta import interval
from patternbank.lessons.records import LessonEvidence
from patternbank.patterns import Status
from patternbank.values import Frozen

HALF_LIFE = timedelta(days=180)
"""After so long a measurement weighs half of what a new one does: what is built on changes meanwhile."""
SURE = 0.9
"""The share of belief that lies within the interval."""
QUIET = 10
"""A lesson that changed nothing in so many applications in a row matters no more."""
OUT_OF_USE = (Status.DEPRECATED, Status.RETIRED)


class Posterior(Frozen):
    """How probably a lesson helps where it makes a difference, after what was seen; ``low`` to ``high`` are 90 % sure.

    ``wins`` and ``harms`` count independent pairs; ``alpha`` and ``beta`` are those of the Beta distribution, with
    old pairs weighing less.
    """

    wins: int
    harms: int
    neutrals: int
    alpha: float
    beta: float
    mean: float
    low: float
    high: float


def independent(evidence: Iterable[LessonEvidence]) -> tuple[LessonEvidence, ...]:
    """Give one pair for each application and environment, the oldest first.

    The newest counts; of several at one time the least favourable.
    """
    newest: dict[tuple[str, str], LessonEvidence] = {}
    for one in evidence:
        key = (one.application, one.environment)
        if key not in newest or _order(one) > _order(newest[key]):
            newest[key] = one
    return tuple(sorted(newest.values(), key=lambda one: (one.at, one.application, one.environment)))


def posterior(evidence: Iterable[LessonEvidence], *, now: datetime) -> Posterior:
    """Begin with even odds, and let each independent pair that differs count, the less the older it is."""
    pairs = independent(evidence)
    weights = {
        outcome: sum(weight(one, now=now) for one in pairs if one.outcome == outcome) for outcome in ("win", "harm")
    }
    alpha, beta = 1.0 + weights["win"], 1.0 + weights["harm"]
    low, high = interval(alpha, beta, SURE)
    return Posterior(
        wins=sum(one.outcome == "win" for one in pairs),
        harms=sum(one.outcome == "harm" for one in pairs),
        neutrals=sum(one.outcome == "neutral" for one in pairs),
        alpha=alpha,
        beta=beta,
        mean=alpha / (alpha + beta),
        low=low,
        high=high,
    )


def weight(evidence: LessonEvidence, *, now: datetime) -> float:
    """Give how much a pair counts: 1 when it is new, half of it a half-life later."""
    return float(0.5 ** (max(timedelta(0), now - evidence.at) / HALF_LIFE))


def wins(evidence: Iterable[LessonEvidence]) -> int:
    """Count the different applications in which a lesson helped."""
    return len({one.application for one in independent(evidence) if one.outcome == "win"})


def harmed(evidence: Iterable[LessonEvidence]) -> bool:
    """Say whether a lesson did harm in any pair that counts."""
    return any(one.outcome == "harm" for one in independent(evidence))


def is_worn_out(evidence: Sequence[LessonEvidence], status: Status | None) -> bool:
    """Say whether a lesson matters no more.

    The version that it is against, whose status is given, is out of use or not there; or none of the last ``QUIET``
    pairs differ.
    """
    last = independent(evidence)[-QUIET:]
    idle = len(last) == QUIET and all(one.outcome == "neutral" for one in last)
    return status is None or status in OUT_OF_USE or idle


def _order(evidence: LessonEvidence) -> tuple[datetime, int]:
    return evidence.at, evidence.passed_without - evidence.passed_with
