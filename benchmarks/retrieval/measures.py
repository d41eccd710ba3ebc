"""How good a list of answers is, and how sure that figure is."""

import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

RESAMPLES = 1000
SEED = 20_240_601


class Outcome(NamedTuple):
    """What was answered: names from the best, their scores, and whether nothing was found good enough."""

    kind: str
    right: frozenset[str]
    names: tuple[str, ...]
    scores: tuple[float, ...]
    abstained: bool


class Interval(NamedTuple):
    """A mean with the bounds of its middle 95 of 100 resamples."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def answered(outcome: Outcome) -> float:
    """Recall at 1: the bank answers, and its answer is right."""
    return float(not outcome.abstained and bool(outcome.names) and outcome.names[0] in outcome.right)


def among_five(outcome: Outcome) -> float:
    """Recall at 5: the share of the right answers among the first five."""
    return len(outcome.right & set(outcome.names[:5])) / min(5, len(outcome.right))


def reciprocal(outcome: Outcome) -> float:
    """One over the place of the first right answer."""
    return next((1 / place for place, name in enumerate(outcome.names, 1) if name in outcome.right), 0.0)


def gain(outcome: Outcome) -> float:
    """Normalised discounted cumulative gain of the first ten."""
    found = sum(1 / math.log2(place + 1) for place, name in enumerate(outcome.names[:10], 1) if name in outcome.right)
    return found / sum(1 / math.log2(place + 1) for place in range(1, min(10, len(outcome.right)) + 1))


def mean(outcomes: Sequence[Outcome], measure: Callable[[Outcome], float]) -> Interval:
    """The mean over the outcomes that have a right answer."""
    return interval([measure(outcome) for outcome in outcomes if outcome.right])


def abstention_precision(outcomes: Sequence[Outcome]) -> Interval:
    """Of the times that nothing was answered: how often there was no right answer."""
    return interval([float(not outcome.right) for outcome in outcomes if outcome.abstained])


def abstention_recall(outcomes: Sequence[Outcome]) -> Interval:
    """Of the queries without a right answer: how often nothing was answered."""
    return interval([float(outcome.abstained) for outcome in outcomes if not outcome.right])


def interval(values: Sequence[float]) -> Interval:
    """A mean and its bootstrap interval; nan without values."""
    if not values:
        return Interval(math.nan, math.nan, math.nan)
    chance = random.Random(SEED)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    return Interval(sum(values) / len(values), low, high)


def kendall(first: Sequence[str], second: Sequence[str]) -> float:
    """Kendall's tau of two rankings over what both name; 1 when they agree on every pair."""
    place = {name: number for number, name in enumerate(second)}
    shared = [place[name] for name in first if name in place]
    pairs = [(a, b) for number, a in enumerate(shared) for b in shared[number + 1 :]]
    return sum(1 if a < b else -1 for a, b in pairs) / len(pairs) if pairs else 1.0
