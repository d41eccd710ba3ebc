"""The structural signature of a graph: sparse Weisfeiler-Lehman and path features.

Node ids have no influence, so a renamed program has the same signature.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import fsum, sqrt

from patternbank.embeddings.graph import Graph
from patternbank.embeddings.vectors import SparseVector, encoded, hashed_each, sparse

SIGNATURE_VERSION = 1
ROUNDS = 2
_COLOURS, _SIGNATURE = "_colours", "_signature"
WEIGHTS = {"path1": 1.0, "path2": 0.7, "wl0": 0.6, "wl1": 1.0, "wl2": 0.8}
"""What each kind of feature counts."""


def signature(graph: Graph) -> SparseVector:
    """Give the graph's features, weighted by kind and the square root of their count, with length 1.

    It is computed once for each graph.
    """
    found: SparseVector | None = graph.__dict__.get(_SIGNATURE)
    if found is None:
        found = graph.__dict__[_SIGNATURE] = _signature(graph)
    return found


def _signature(graph: Graph) -> SparseVector:
    drawn = _Drawn(graph)
    texts: list[bytes] = []
    shares: list[float] = []
    for kind, found in (*drawn.paths(), *drawn.neighbourhoods()):
        counts, weight = Counter(found), WEIGHTS[kind]
        texts += counts
        shares += [weight * sqrt(count) if count > 1 else weight for count in counts.values()]
    weights: dict[int, float] = {}
    for key, share in zip(hashed_each(texts), shares, strict=True):
        weights[key] = weights.get(key, 0.0) + share
    norm = sqrt(fsum([weight * weight for weight in weights.values()]))
    return sparse({key: weight / norm for key, weight in weights.items()}) if norm else ()


def colours(graph: Graph) -> dict[str, bytes]:
    """Give each node the colour that its neighbourhood has after all rounds; computed once for each graph."""
    found: dict[str, bytes] | None = graph.__dict__.get(_COLOURS)
    if found is None:
        *_, last = _Drawn(graph).rounds()
        found = graph.__dict__[_COLOURS] = dict(zip(graph.labels, last, strict=True))
    return found


class _Drawn:
    """A graph as bytes and numbers: the labels of its nodes, and edges between their places."""

    def __init__(self, graph: Graph) -> None:
        places = {node.id: place for place, node in enumerate(graph.nodes)}
        self.labels = [encoded(node.label) for node in graph.nodes]
        self.edges = [(places[edge.source], encoded(edge.label), places[edge.target]) for edge in graph.edges]

    def rounds(self) -> Iterator[list[bytes]]:
        """Give the colours of all nodes before any round, and after each: their own mixed with those around them."""
        steps = [(source, b">\x1f%b\x1f" % label, b"<\x1f%b\x1f" % label, end) for source, label, end in self.edges]
        last = self.labels
        yield last
        for _ in range(ROUNDS):
            around: list[list[bytes]] = [[] for _ in last]
            for source, there, back, end in steps:
                around[source].append(there + last[end])
                around[end].append(back + last[source])
            for each in around:
                each.sort()
            mixed = [b"\x1f".join((colour, *each)) for colour, each in zip(last, around, strict=True)]
            last = [b"%d" % key for key in hashed_each(mixed)]
            yield last

    def neighbourhoods(self) -> Iterator[tuple[str, list[bytes]]]:
        """Give the colours of each round."""
        for number, colouring in enumerate(self.rounds()):
            kind = b"wl%d\x1f" % number
            yield f"wl{number}", [kind + colour for colour in colouring]

    def paths(self) -> Iterator[tuple[str, list[bytes]]]:
        """Give the ways over one edge and over two."""
        labels = self.labels
        leaving: dict[int, list[bytes]] = defaultdict(list)
        steps = []
        for source, label, end in self.edges:
            step = b"\x1f%b\x1f%b" % (label, labels[end])
            leaving[source].append(step)
            steps.append((labels[source] + step, end))
        yield "path1", [b"path1\x1f" + step for step, _ in steps]
        yield "path2", [b"path2\x1f" + step + further for step, end in steps for further in leaving.get(end, ())]
