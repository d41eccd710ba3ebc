"""One obligation in the making, and how it is named."""

from typing import NamedTuple

from devmatrix.ir.base import NodeId
from devmatrix.ir.tests import Obligation, ObligationKind


class Duty(NamedTuple):
    """What a node wants to be shown; ``detail`` tells apart several of one kind."""

    kind: ObligationKind
    node: NodeId
    detail: str = ""

    def obligation(self, operation: NodeId) -> Obligation:
        """The obligation, shown by an operation: ``kind|node|operation|detail`` without what says nothing."""
        inside = self.node == operation or self.node.startswith(f"{operation}/")
        parts = (self.kind, self.node, "" if inside else operation, self.detail)
        name = "|".join(part for part in parts if part)
        return Obligation(id=name, kind=self.kind, node=self.node, operation=operation, detail=self.detail)
