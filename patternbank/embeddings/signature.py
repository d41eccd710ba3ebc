"""The structural signature of a graph: sparse Weisfeiler-Lehman and path features.

Node ids have no influence, so a renamed program has the same signature.
"""

from collections import Counter, defaultdict

from patternbank.embeddings.graph import Graph
from patternbank.embeddings.vectors import SparseVector, feature, hashed, sparse

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
    counts = Counter(_neighbourhoods(graph)) + Counter(_paths(graph))
    weights: dict[int, float] = defaultdict(float)
    for (kind, key), count in sorted(counts.items()):
        weights[key] += WEIGHTS[kind] * count**0.5
    norm = sum(weight * weight for weight in weights.values()) ** 0.5
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
