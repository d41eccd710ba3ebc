"""A neutral labelled graph in the making: kinds and structure, never names."""

from devmatrix.artifacts.plan import LabelledGraph

LARGEST = 400
"""Nodes that a sketch holds; a larger fragment is told by its first parts."""


class Sketch:
    """Nodes by position. A part beyond the largest size is left out with its edges."""

    def __init__(self, root: str, largest: int = LARGEST) -> None:
        self._largest = largest
        self._labels = [root]
        self._edges: dict[tuple[int, str, int], None] = {}
        self._shared: dict[str, int] = {}

    def add(self, source: int, edge: str, label: str) -> int:
        """A new node, joined to one that is there; gives its position."""
        self._labels.append(label)
        return self.join(source, edge, len(self._labels) - 1)

    def mark(self, source: int, edge: str, label: str) -> int:
        """The one node of this label, made when it is first needed."""
        if label not in self._shared:
            self._labels.append(label)
            self._shared[label] = len(self._labels) - 1
        return self.join(source, edge, self._shared[label])

    def join(self, source: int, edge: str, target: int) -> int:
        """An edge between two nodes; gives the target."""
        self._edges[source, edge, target] = None
        return target

    def graph(self) -> LabelledGraph:
        """What was drawn."""
        edges = tuple(edge for edge in self._edges if edge[0] < self._largest and edge[2] < self._largest)
        return LabelledGraph(labels=tuple(self._labels[: self._largest]), edges=edges)
