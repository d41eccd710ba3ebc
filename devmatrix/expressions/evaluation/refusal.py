"""How the model says no."""

from devmatrix.ir.base import NodeId


class RefusedError(Exception):
    """An operation is refused: ``key`` names the refusal in the operation's table, ``node`` the statement or rule.

    ``others``: further things that are broken at the same moment, so that another answer is as right.
    """

    def __init__(self, key: str, node: NodeId, *, others: tuple[str, ...] = ()) -> None:
        super().__init__(key)
        self.key = key
        self.node = node
        self.others = others
