"""What a build is told besides the bank: by a lesson, or by a repair that is being tried."""

from devmatrix.ir.base import Node, NodeId


class Told(Node):
    """Which version is meant and where: without a capability for every task, without a node for every IR node.

    ``lesson`` is the id of the lesson that says so, empty for a trial; ``why`` one line for the reader.
    """

    reference: str
    capability: str = ""
    node: NodeId = ""
    lesson: str = ""
    why: str = ""

    def concerns(self, capability: str, node: NodeId) -> bool:
        """Whether a task is meant."""
        return self.capability in ("", capability) and self.node in ("", node)


class Exclusion(Told):
    """A version that is not to be bound."""


class SlotChoice(Told):
    """A slot of a version, set; ``value`` is JSON."""

    slot: str
    value: str


class Rewrite(Told):
    """A codemod over what a fragment renders: each place that looks like ``find`` becomes ``put``.

    Both are Python source; a name ``_1``, ``_2``… stands for any expression, the same one in both.
    """

    fragment: str
    find: str
    put: str


class Words(Node):
    """What a lesson says of a task to whoever writes; nothing is done by itself."""

    lesson: str
    task: str
    text: str


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

    @property
    def lessons(self) -> frozenset[str]:
        """The ids of all lessons that have a say."""
        parts: tuple[Told, ...] = (*self.exclusions, *self.slots, *self.rewrites)
        return frozenset(part.lesson for part in parts if part.lesson)


NOTHING = Steering()
