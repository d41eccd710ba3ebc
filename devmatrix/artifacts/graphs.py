"""A task's graph as the bank reads it."""

from functools import lru_cache

from devmatrix.artifacts.plan import LabelledGraph
from patternbank.embeddings import Edge, Graph, Node


@lru_cache(maxsize=1024)
def neutral_graph(graph: LabelledGraph) -> Graph:
    """The same graph; ids are positions."""
    nodes = tuple(Node(id=str(position), label=label) for position, label in enumerate(graph.labels))
    edges = tuple(Edge(source=str(source), label=label, target=str(target)) for source, label, target in graph.edges)
    return Graph(nodes=nodes, edges=edges)
