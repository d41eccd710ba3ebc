"""Tasks that an application consists of, and the pattern that is bound to each."""

from typing import Literal

from devmatrix.artifacts.steering import Rewrite
from devmatrix.ir.base import Node, NodeId, Placed


class LabelledGraph(Node):
    """A neutral projection of a part of the IR: kinds and structure, no names. Nodes are (id, label) by position."""

    labels: tuple[str, ...] = ()
    edges: tuple[tuple[int, str, int], ...] = ()


class Task(Placed):
    """One thing to build. ``capability`` is what the bank is asked for, ``node`` the IR node that it is built for."""

    id: str
    capability: str
    node: NodeId
    title: str
    graph: LabelledGraph = LabelledGraph()
    facts: tuple[str, ...] = ()
    """What holds of the task beyond its graph; it has no say in how alike two structures are."""
    text: str = ""
    settings: tuple[tuple[str, str], ...] = ()


class Plan(Node):
    """The tasks in the order in which they are built."""

    stack: tuple[str, ...]
    tasks: tuple[Task, ...]


class Reason(Node):
    """Why a pattern was chosen: one leg of the ranking or one predicate."""

    kind: Literal["capability", "stack", "status", "predicate", "structure", "text", "alignment", "setting", "lesson"]
    text: str
    score: float | None = None


class Binding(Node):
    """A pattern version bound to a task."""

    task: str
    capability: str
    node: NodeId
    pattern: str
    version: str
    digest: str
    score: float
    reasons: tuple[Reason, ...] = ()
    rejected: tuple[str, ...] = ()
    slots: tuple[tuple[str, str], ...] = ()
    """Slots that are set otherwise than the pattern has them; values are JSON."""
    rewrites: tuple[Rewrite, ...] = ()
    """What is done to what the pattern renders."""
    lessons: tuple[str, ...] = ()
    """Ids of the lessons without which something else would be built."""
