"""Lay one graph on another, node by node: the exact judge of a short list."""

from collections import defaultdict
from typing import NamedTuple

from patternbank.embeddings.graph import Graph
from patternbank.embeddings.signature import colours

STEPS = 1000


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
        self._edges = _pairs(large)
        self._touching: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        small_labels, large_labels = small.labels, large.labels
        small_colours, large_colours = colours(small), colours(large)
        by_label: dict[str, list[str]] = defaultdict(list)
        for node in sorted(large_labels, key=lambda node: (large_colours[node], node)):
            by_label[large_labels[node]].append(node)
        self._choices = {
            node: sorted(by_label[label], key=lambda other, own=small_colours[node]: large_colours[other] != own)  # type: ignore[misc]
            for node, label in small_labels.items()
        }
        self._order = sorted(small_labels, key=lambda node: (len(self._choices[node]), small_colours[node], node))
        self._place_edges(small)
        self._try(0, 0)

    def _place_edges(self, small: Graph) -> None:
        position = {node: number for number, node in enumerate(self._order)}
        for edge in small.edges:
            last = max((edge.source, edge.target), key=position.__getitem__)
            self._touching[last].append((edge.source, edge.label, edge.target))
        rest = [len(self._touching[node]) + 1 for node in self._order]
        self._hope = [sum(rest[number:]) for number in range(len(rest) + 1)]

    def _try(self, depth: int, kept: int) -> None:
        self._steps += 1
        self.best = max(self.best, kept)
        if depth == len(self._order) or self._steps > STEPS or kept + self._hope[depth] <= self.best:
            return
        node = self._order[depth]
        for other in self._choices[node]:
            if other not in self._used:
                self._mapping[node] = other
                self._used.add(other)
                self._try(depth + 1, kept + 1 + self._kept_edges(node))
                self._used.discard(other)
                del self._mapping[node]
        self._try(depth + 1, kept)

    def _kept_edges(self, node: str) -> int:
        kept = 0
        for source, label, target in self._touching[node]:
            pair = (self._mapping.get(source), label, self._mapping.get(target))
            kept += pair in self._edges
        return kept


def _pairs(graph: Graph) -> set[tuple[str | None, str, str | None]]:
    return {(edge.source, edge.label, edge.target) for edge in graph.edges}
