"""Ask the bank for a pattern for each task; equal questions are asked once."""

from typing import Protocol

from devmatrix.artifacts.plan import LabelledGraph, Plan, Task
from patternbank.embeddings import Edge, Graph, Node
from patternbank.patterns import PatternVersion
from patternbank.retrieval import Query, Ranking


class Patterns(Protocol):
    """What planning needs of a bank."""

    def rank(self, query: Query) -> Ranking:
        """Ranked candidates with reasons."""

    def version(self, name: str, version: str | None = None) -> PatternVersion:
        """A version with its manifest."""


class Questions:
    """A bank and what it has answered in this binding."""

    def __init__(self, bank: Patterns, plan: Plan) -> None:
        self._bank = bank
        self._stack = plan.stack
        self._answers: dict[tuple[str, LabelledGraph, tuple[tuple[str, str], ...]], Ranking] = {}
        self._graphs: dict[LabelledGraph, Graph] = {}

    def ask(self, task: Task) -> Ranking:
        """The bank's answer for a task."""
        key = (task.capability, task.graph, task.settings)
        if key not in self._answers:
            self._answers[key] = self._bank.rank(self._query(task))
        return self._answers[key]

    def version(self, name: str, version: str) -> PatternVersion:
        """The version of a candidate."""
        return self._bank.version(name, version)

    def _query(self, task: Task) -> Query:
        if task.graph not in self._graphs:
            self._graphs[task.graph] = neutral_graph(task.graph)
        graph = self._graphs[task.graph]
        return Query(capability=task.capability, graph=graph, stack=self._stack, text=task.text, settings=task.settings)


def neutral_graph(graph: LabelledGraph) -> Graph:
    """A task's graph as the bank reads it; ids are positions."""
    nodes = tuple(Node(id=str(position), label=label) for position, label in enumerate(graph.labels))
    edges = tuple(Edge(source=str(source), label=label, target=str(target)) for source, label, target in graph.edges)
    return Graph(nodes=nodes, edges=edges)
