"""What the application owes a proof of: the obligations that its nodes set."""

from typing import Literal

from devmatrix.ir.base import Node, NodeId

ObligationKind = Literal[
    "operation", "absent", "absent reference", "input", "order", "condition", "rule", "unique", "restrict",
    "edge", "effect", "ensure", "frame", "paging", "filter", "sort", "search",
]  # fmt: skip


class Obligation(Node):
    """One thing that some scenario must show. ``node`` is the IR node that sets it, ``operation`` where it shows.

    ``detail`` tells apart what one node sets several times in one operation (``minimum``, ``PENDING>PAID``).
    """

    id: str
    kind: ObligationKind
    node: NodeId
    operation: NodeId
    detail: str = ""


class Tests(Node):
    """All obligations, in the order of the operations."""

    obligations: tuple[Obligation, ...] = ()
