"""Ask every query and measure the answers: leg by leg, fused, and while looking for weights."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from benchmarks.retrieval.cases import Case
from benchmarks.retrieval.measures import Outcome, answered, mean, reciprocal
from patternbank.bank import Bank
from patternbank.retrieval import TUNED, Weights, rank

NO_LEG = Weights(structure=0, alignment=0, text=0, dense=0, enough=TUNED.enough, enough_text=TUNED.enough_text)
LEGS = {
    "structure": NO_LEG.model_copy(update={"structure": 1.0}),
    "words (BM25)": NO_LEG.model_copy(update={"text": 1.0, "enough": TUNED.enough_text}),
    "meaning (dense)": NO_LEG.model_copy(update={"dense": 1.0}),
    "equal weights": Weights(structure=1, alignment=1, text=1, dense=1, enough=TUNED.enough),
    "fused": TUNED,
}
GRID: dict[str, tuple[float, ...]] = {
    "structure": (0.2, 0.4, 0.6),
    "alignment": (0.4, 0.6),
    "text": (0.05, 0.1, 0.2),
    "contained": (0.2, 0.4, 0.6),
}
DENSE_GRID = (0.0, 0.05, 0.1, 0.2)


def ask(bank: Bank, cases: Iterable[Case], weights: Weights = TUNED) -> list[Outcome]:
    """The answers to queries, in their order."""
    return [answer(bank, case, weights) for case in cases]


def answer(bank: Bank, case: Case, weights: Weights) -> Outcome:
    """The answer to one query."""
    ranking = rank(bank, case.query, weights)
    names = tuple(candidate.name for candidate in ranking.candidates)
    scores = tuple(candidate.score for candidate in ranking.candidates)
    return Outcome(case.kind, case.right, names, scores, ranking.abstained)


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Outcomes by kind, in the order of their first."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.kind, []).append(outcome)
    return found


def settings(*, dense: bool) -> Iterator[Weights]:
    """Every point of the grid; with a model around what was found without."""
    if dense:
        yield from (TUNED.model_copy(update={"dense": value}) for value in DENSE_GRID)
        return
    for values in product(*GRID.values()):
        yield TUNED.model_copy(update=dict(zip(GRID, values, strict=True)))


def worth(outcomes: Sequence[Outcome]) -> float:
    """What tuning climbs: the mean over the kinds of right answers and of their places, kinds counting alike."""
    kinds = [each for kind, each in by_kind(outcomes).items() if kind != "no answer"]
    return sum(mean(each, answered).value + mean(each, reciprocal).value for each in kinds) / (2 * len(kinds))


def threshold(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """The best score of queries without, and the worst first score of right answers to those with, an answer."""
    strange = [outcome.scores[0] for outcome in outcomes if not outcome.right and outcome.scores]
    right = [
        outcome.scores[0]
        for outcome in outcomes
        if outcome.right and outcome.names[:1] and outcome.names[0] in outcome.right
    ]
    return max(strange, default=0.0), min(right, default=1.0)
