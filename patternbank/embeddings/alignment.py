"""Lay one graph on another, node by node: the exact judge of a short list."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple

from patternbank.embeddings.graph import Graph
from patternbank.embeddings.signature import colours

STEPS = 300
"""Tries of one search: more than the graphs of patterns need, and a bound for large ones."""


class Alignment(NamedTuple):
    """How much two graphs share: of the first graph, and of both together, each from 0 to 1."""

    contained: float
    shared: float


def align(left: Graph, right: Graph) -> Alignment:
    """Find the mapping of equal labels that keeps most nodes and edges.

    The search is exact for the small graphs of patterns; a fixed number of steps bounds it for large ones.
    """
    first, second = len(left.nodes) + len(left.edges), len(right.nodes) + len(right.edges)
    small, large = sorted((left, right), key=lambda graph: len(graph.nodes))
    kept = _Search(small, large).best
    return Alignment(kept / first if first else 1.0, 2 * kept / (first + second) if first + second else 1.0)


class _Search:
    """A bounded depth-first search for the mapping that keeps most nodes and edges."""

    def __init__(self, small: Graph, large: Graph) -> None:
        self.best = 0
        self._steps = 0
        self._mapping: dict[str, str] = {}
        self._used: set[str] = set()
        self._edges = {(edge.source, edge.label, edge.target) for edge in large.edges}
        self._choices = _choices(small, large)
        mine = colours(small)
        self._order = sorted(small.labels, key=lambda node: (len(self._choices[node]), mine[node], node))
        self._touching: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self._place_edges(small, large)
        self._most = _common(small.labels.values(), large.labels.values()) + _common(small.triples, large.triples)
        self._try(0, 0)

    def _place_edges(self, small: Graph, large: Graph) -> None:
        """Give each edge that may be kept to the later of its ends, and count what may still be kept from there on."""
        position = {node: number for number, node in enumerate(self._order)}
        there = frozenset(large.triples)
        for edge, triple in zip(small.edges, small.triples, strict=True):
            if triple in there:
                last = edge.source if position[edge.source] > position[edge.target] else edge.target
                self._touching[last].append((edge.source, edge.label, edge.target))
        self._hope = [0]
        for node in reversed(self._order):
            self._hope.append(self._hope[-1] + (len(self._touching[node]) + 1 if self._choices[node] else 0))
        self._hope.reverse()

    def _try(self, depth: int, kept: int) -> None:
        self._steps += 1
        self.best = max(self.best, kept)
        if self._steps > STEPS:
            return
        node, mapping, used = self._order[depth] if depth < len(self._order) else "", self._mapping, self._used
        hope = self._hope[depth]
        if kept + hope <= self.best or self._most <= self.best:
            return
        for other in self._choices[node]:
            if other not in used:
                mapping[node] = other
                used.add(other)
                self._try(depth + 1, kept + 1 + self._kept_edges(node))
                used.discard(other)
                del mapping[node]
                if kept + hope <= self.best or self._most <= self.best:
                    return
        self._try(depth + 1, kept)

    def _kept_edges(self, node: str) -> int:
        get, edges, kept = self._mapping.get, self._edges, 0
        for source, label, target in self._touching[node]:
            if (get(source), label, get(target)) in edges:
                kept += 1
        return kept


def _choices(small: Graph, large: Graph) -> dict[str, list[str]]:
    """Give the nodes of the large graph that each node may be laid on, those with its own surroundings first."""
    mine, theirs = colours(small), colours(large)
    by_label: dict[str, list[str]] = defaultdict(list)
    for node in sorted(large.labels, key=lambda node: (theirs[node], node)):
        by_label[large.labels[node]].append(node)
    return {
        node: sorted(by_label[label], key=lambda other, own=mine[node]: theirs[other] != own)  # type: ignore[misc]
        for node, label in small.labels.items()
    }


def _common(left: Iterable[Hashable], right: Iterable[Hashable]) -> int:
    """Count what two collections share, each as often as both have it."""
    return (Counter(left) & Counter(right)).total()
