"""Shares with their intervals, over all cases and by family, held against what is promised."""

from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from typing import NamedTuple

from devmatrix.lab.results import Arm, Case, Measure

Z = 1.959963984540054
"""The normal quantile of a two-sided interval at 95 %."""


class Promise(NamedTuple):
    """A bound that a share is held to."""

    least: float | None = None
    most: float | None = None

    @property
    def text(self) -> str:
        """The bound in words."""
        if self.least is not None:
            return f">= {self.least:.0%}"
        return f"<= {self.most:.0%}" if self.most is not None else ""

    def kept(self, share: float) -> bool:
        """Whether a share keeps it."""
        return (self.least is None or share >= self.least) and (self.most is None or share <= self.most)


NONE = Promise()


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The interval of a share at 95 %; 0 to 1 where nothing was counted.

    Source: Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    if not total:
        return 0.0, 1.0
    share, square = hits / total, Z * Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = Z / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def measure(name: str, found: Iterable[bool], promise: Promise = NONE) -> Measure:
    """The share of what holds."""
    counted = list(found)
    hits, total = sum(counted), len(counted)
    low, high = wilson(hits, total)
    share = hits / total if total else 0.0
    kept = not total or promise.kept(share)
    return Measure(name=name, hits=hits, total=total, share=share, low=low, high=high, promised=promise.text, kept=kept)


def measures(cases: Sequence[Case], pairs: Sequence[Case] = ()) -> tuple[Measure, ...]:
    """All that the lab measures; cases that reached no application count nowhere."""
    reached = [case for case in cases if case.reached]
    taught = [case for case in reached if case.teachable or case.problem]
    detected = [case for case in reached if case.detected or case.problem]
    both = [case for case in pairs if case.reached]
    recurs: Callable[[Arm, bool], list[bool]] = lambda arm, same: [  # noqa: E731
        one.red > 0 for case in taught for one in case.generations if one.arm == arm and one.same is same
    ]
    found = [
        measure("valid: the application starts", [case.valid and not case.problem for case in reached], Promise(1.0)),
        measure("detection", [case.detected for case in reached], Promise(0.95)),
        measure("cause right", [case.cause_right for case in detected], Promise(0.95)),
        measure("right file, after the repair", [case.file_right for case in detected], Promise(0.90)),
        measure("right file, first guess", [case.guess_right for case in detected]),
        measure("repair proved", [case.repaired for case in reached], Promise(0.85)),
        measure("lesson became active", [case.learnt for case in taught]),
        measure("recurs, same application", recurs("memory", True), Promise(most=0.05)),
        measure("recurs, other applications", recurs("memory", False), Promise(most=0.05)),
        measure("recurs without memory, same", recurs("no memory", True), Promise(0.60)),
        measure("recurs without memory, other", recurs("no memory", False), Promise(0.60)),
        measure("recurs with a placebo", recurs("placebo", True), Promise(0.60)),
        measure("harm", [harms(case) for case in taught], Promise(most=0.0)),
    ]
    if both:
        found.append(measure("pairs repaired", [case.repaired for case in both], Promise(0.75)))
    return tuple(found)


def harms(case: Case) -> bool:
    """Whether a lesson made anything worse: a sound application, or a scenario that was green."""
    return bool(case.harmed) or any(one.worse for one in case.generations)


def by_family(cases: Sequence[Case]) -> tuple[tuple[str, tuple[Measure, ...]], ...]:
    """The measures of each family, sorted by its name."""
    names = sorted({family for case in cases for family in case.families})
    return tuple((name, measures([case for case in cases if name in case.families])) for name in names)
