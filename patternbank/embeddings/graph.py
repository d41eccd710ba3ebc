"""A neutral labelled graph: what a fragment of a program looks like without its names."""

from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from patternbank.values import Frozen


class Node(Frozen):
    """A part; its id only joins edges, its label says of which kind it is."""

    id: str = Field(min_length=1, max_length=200)
    label: str = Field(min_length=1, max_length=200)

    @model_validator(mode="before")
    @classmethod
    def accept_pair(cls, value: object) -> object:
        """Read ``[id, label]`` as well."""
        match value:
            case [id_, label]:
                return {"id": id_, "label": label}
        return value


class Edge(Frozen):
    """A directed, labelled relation of two nodes."""

    source: str
    label: str = Field(min_length=1, max_length=200)
    target: str

    @model_validator(mode="before")
    @classmethod
    def accept_triple(cls, value: object) -> object:
        """Read ``[source, label, target]`` as well."""
        match value:
            case [source, label, target]:
                return {"source": source, "label": label, "target": target}
        return value


class Graph(Frozen):
    """Nodes and edges; two graphs that differ in ids alone mean the same."""

    nodes: tuple[Node, ...] = Field(default=(), max_length=2000)
    edges: tuple[Edge, ...] = Field(default=(), max_length=10000)

    @model_validator(mode="after")
    def join_known_nodes(self) -> Self:
        """Refuse doubled ids and edges that lead nowhere; an edge that is given twice stands once."""
        ids = {node.id for node in self.nodes}
        if len(ids) != len(self.nodes):
            raise ValueError("two nodes have one id")
        for edge in self.edges:
            if edge.source not in ids or edge.target not in ids:
                raise ValueError(f"the edge {edge.source} -{edge.label}-> {edge.target} joins no known nodes")
        object.__setattr__(self, "edges", tuple(dict.fromkeys(self.edges)))
        return self

    @cached_property
    def labels(self) -> dict[str, str]:
        """Give the label of each node id."""
        return {node.id: node.label for node in self.nodes}

    @cached_property
    def triples(self) -> tuple[tuple[str, str, str], ...]:
        """Give each edge as (source label, label, target label)."""
        labels = self.labels
        return tuple((labels[edge.source], edge.label, labels[edge.target]) for edge in self.edges)
