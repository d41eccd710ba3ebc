"""What a build is told besides the bank: by a lesson, or by a repair that is being tried."""

from devmatrix.ir.base import Node, NodeId


class Exclusion(Node):
    """A version that is not to be bound; without a capability for no task, without a node for none of them."""

    reference: str
    capability: str = ""
    node: NodeId = ""


class SlotChoice(Node):
    """A slot of a version, set; ``value`` is JSON."""

    reference: str
    slot: str
    value: str


class Rewrite(Node):
    """A codemod over what a fragment renders: each place that looks like ``find`` becomes ``put``.

    Both are Python source; a name ``_1``, ``_2``… stands for any expression, the same one in both.
    """

    reference: str
    fragment: str
    find: str
    put: str


class Steering(Node):
    """Everything that a build is told; ``ignored`` names lessons that are not to be applied."""

    exclusions: tuple[Exclusion, ...] = ()
    slots: tuple[SlotChoice, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    ignored: tuple[str, ...] = ()

    def __or__(self, other: "Steering") -> "Steering":
        """Both together, each part once."""
        return Steering(
            exclusions=tuple(dict.fromkeys((*self.exclusions, *other.exclusions))),
            slots=tuple(dict.fromkeys((*self.slots, *other.slots))),
            rewrites=tuple(dict.fromkeys((*self.rewrites, *other.rewrites))),
            ignored=tuple(dict.fromkeys((*self.ignored, *other.ignored))),
        )


NOTHING = Steering()
