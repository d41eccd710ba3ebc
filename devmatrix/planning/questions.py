"""Ask the bank for a pattern for each task; equal questions are asked of a bank once."""

from collections.abc import MutableMapping
from typing import NamedTuple, Protocol
from weakref import WeakKeyDictionary

from devmatrix.artifacts.graphs import neutral_graph
from devmatrix.artifacts.plan import LabelledGraph, Plan, Reason, Task
from devmatrix.planning.reasons import passed_over, reasons_of
from patternbank.patterns import PatternVersion
from patternbank.retrieval import Candidate, Query, Ranking


class Patterns(Protocol):
    """What planning needs of a bank. A bank that is open gives the same answer to the same question."""

    def rank(self, query: Query) -> Ranking:
        """Ranked candidates with reasons."""

    def version(self, name: str, version: str | None = None) -> PatternVersion:
        """A version with its manifest."""


class Answer(NamedTuple):
    """What the bank said: the best candidate if any, why it, and what was passed over."""

    best: Candidate | None
    close: bool
    reason: str
    reasons: tuple[Reason, ...]
    rejected: tuple[str, ...]


_Question = tuple[
    str, LabelledGraph, tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...], str, tuple[str, ...]
]
_ANSWERS: MutableMapping[Patterns, dict[_Question, Answer]] = WeakKeyDictionary()


class Questions:
    """A bank, asked for the tasks of one plan."""

    def __init__(self, bank: Patterns, plan: Plan) -> None:
        self._bank = bank
        self._stack = plan.stack
        self._answers = _ANSWERS.setdefault(bank, {})

    def ask(self, task: Task, excluded: tuple[str, ...] = ()) -> Answer:
        """The bank's answer for a task; what is deprecated only where nothing golden fits.

        Versions that are ``excluded`` are never the answer.
        """
        question = (task.capability, task.graph, task.facts, task.settings, self._stack, task.text, excluded)
        if question not in self._answers:
            query = self._query(task, excluded)
            ranking = self._bank.rank(query)
            last = self._bank.rank(query.model_copy(update={"deprecated": True})) if ranking.abstained else ranking
            self._answers[question] = _answer(ranking if last.abstained else last)
        return self._answers[question]

    def version(self, name: str, version: str) -> PatternVersion:
        """The version of a candidate."""
        return self._bank.version(name, version)

    def _query(self, task: Task, excluded: tuple[str, ...]) -> Query:
        return Query(
            capability=task.capability,
            graph=neutral_graph(task.graph),
            facts=task.facts,
            stack=self._stack,
            text=task.text,
            settings=task.settings,
            excluded=excluded,
        )


def _answer(ranking: Ranking) -> Answer:
    best = ranking.best
    reasons = () if best is None else reasons_of(best)
    return Answer(best, bool(ranking.candidates), ranking.reason, reasons, passed_over(ranking))
