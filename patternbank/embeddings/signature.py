"""The structural signature of a graph: sparse Weisfeiler-Lehman and path features.

Node ids have no influence, so a renamed program has the same signature.
"""

from collections import Counter, defaultdict

from patternbank.embeddings.graph import Graph
from patternbank.embeddings.vectors import SparseVector, feature, sparse

SIGNATURE_VERSION = 1
ROUNDS = 2
WEIGHTS = {"wl0": 0.6, "wl1": 1.0, "wl2": 0.8, "path1": 1.0, "path2": 0.7}


def signature(graph: Graph) -> SparseVector:
    """Give the graph's features, weighted by kind and the square root of their count, with length 1."""
    counts = Counter(_neighbourhoods(graph)) + Counter(_paths(graph))
    weights: dict[int, float] = defaultdict(float)
    for (kind, key), count in sorted(counts.items()):
        weights[key] += WEIGHTS[kind] * count**0.5
    norm = sum(weight * weight for weight in weights.values()) ** 0.5
    return sparse({key: weight / norm for key, weight in weights.items()}) if norm else ()


def colours(graph: Graph, rounds: int = ROUNDS) -> dict[str, str]:
    """Give each node the colour that its neighbourhood has after some rounds."""
    return _refine(graph, rounds)[-1]


def _refine(graph: Graph, rounds: int) -> list[dict[str, str]]:
    around: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for edge in graph.edges:
        around[edge.source].append((">", edge.label, edge.target))
        around[edge.target].append(("<", edge.label, edge.source))
    history = [graph.labels]
    for _ in range(rounds):
        last = history[-1]
        history.append(
            {
                node: str(feature(colour, *(part for step in _seen(around[node], last) for part in step)))
                for node, colour in last.items()
            }
        )
    return history


def _seen(steps: list[tuple[str, str, str]], colour: dict[str, str]) -> list[tuple[str, str, str]]:
    return sorted((way, label, colour[node]) for way, label, node in steps)


def _neighbourhoods(graph: Graph) -> list[tuple[str, int]]:
    return [
        (f"wl{number}", feature(f"wl{number}", colour))
        for number, colouring in enumerate(_refine(graph, ROUNDS))
        for colour in colouring.values()
    ]


def _paths(graph: Graph) -> list[tuple[str, int]]:
    labels = graph.labels
    leaving: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for edge in graph.edges:
        leaving[edge.source].append((edge.label, edge.target))
    found = [("path1", feature("path1", *triple)) for triple in graph.triples]
    for edge in graph.edges:
        for label, target in leaving[edge.target]:
            steps = (labels[edge.source], edge.label, labels[edge.target], label, labels[target])
            found.append(("path2", feature("path2", *steps)))
    return found
