"""The structural signature of a graph: sparse Weisfeiler-Lehman and path features.

Node ids have no influence, so a renamed program has the same signature.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import fsum, sqrt

from patternbank.embeddings.graph import Graph
from patternbank.embeddings.vectors import SparseVector, hashed, sparse

SIGNATURE_VERSION = 1
ROUNDS = 2
_COLOURS, _SIGNATURE = "_colours", "_signature"
WEIGHTS = {"wl0": 0.6, "wl1": 1.0, "wl2": 0.8, "path1": 1.0, "path2": 0.7}


def signature(graph: Graph) -> SparseVector:
    """Give the graph's features, weighted by kind and the square root of their count, with length 1.

    It is computed once for each graph.
    """
    found: SparseVector | None = graph.__dict__.get(_SIGNATURE)
    if found is None:
        found = graph.__dict__[_SIGNATURE] = _signature(graph)
    return found


def _signature(graph: Graph) -> SparseVector:
    weights: dict[int, float] = {}
    for kind, counts in sorted((*_neighbourhoods(graph), *_paths(graph))):
        weight = WEIGHTS[kind]
        for text, count in counts.items():
            key = hashed(text)
            weights[key] = weights.get(key, 0.0) + weight * sqrt(count)
    norm = sqrt(fsum(weight * weight for weight in weights.values()))
    return sparse({key: weight / norm for key, weight in weights.items()}) if norm else ()


def colours(graph: Graph) -> dict[str, str]:
    """Give each node the colour that its neighbourhood has after all rounds; computed once for each graph."""
    found: dict[str, str] | None = graph.__dict__.get(_COLOURS)
    if found is None:
        found = graph.__dict__[_COLOURS] = _refine(graph, ROUNDS)[-1]
    return found


def _refine(graph: Graph, rounds: int) -> list[dict[str, str]]:
    around: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for edge in graph.edges:
        around[edge.source].append((f">\x1f{edge.label}", edge.target))
        around[edge.target].append((f"<\x1f{edge.label}", edge.source))
    history = [graph.labels]
    for _ in range(rounds):
        last = history[-1]
        history.append({node: _mixed(colour, around[node], last) for node, colour in last.items()})
    return history


def _mixed(colour: str, steps: list[tuple[str, str]], last: dict[str, str]) -> str:
    """Give the next colour of a node: its own with those around it, in order."""
    return str(hashed("\x1f".join((colour, *sorted([f"{step}\x1f{last[node]}" for step, node in steps])))))


def _neighbourhoods(graph: Graph) -> Iterator[tuple[str, dict[str, int]]]:
    """Count the colours of each round."""
    for number, colouring in enumerate(_refine(graph, ROUNDS)):
        kind = f"wl{number}"
        yield kind, Counter([f"{kind}\x1f{colour}" for colour in colouring.values()])


def _paths(graph: Graph) -> Iterator[tuple[str, dict[str, int]]]:
    """Count the ways over one edge and over two."""
    labels = graph.labels
    leaving: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        leaving[edge.source].append(f"{edge.label}\x1f{labels[edge.target]}")
    steps = [(f"{labels[edge.source]}\x1f{edge.label}\x1f{labels[edge.target]}", edge.target) for edge in graph.edges]
    yield "path1", Counter([f"path1\x1f{step}" for step, _ in steps])
    yield (
        "path2",
        Counter([f"path2\x1f{step}\x1f{next_}" for step, target in steps for next_ in leaving.get(target, ())]),
    )
