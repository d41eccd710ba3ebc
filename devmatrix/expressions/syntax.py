"""What the expression grammar gives before types are known: nodes with offsets into their text."""

from dataclasses import dataclass, field
from typing import Literal

MAX_DEPTH = 64
"""How deep an expression may nest; deeper ones would not survive every reader of the typed tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of an expression; ``start`` and ``end`` are offsets into the fragment that was parsed."""

    start: int
    end: int
    depth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralNode(Node):
    """A constant as it was written; ``value`` is already unescaped text."""

    kind: Literal["integer", "decimal", "text", "boolean", "null"]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameNode(Node):
    """A bare name: a variable, a field, or a member of a choice."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberNode(Node):
    """``operand.name``."""

    operand: "Syntax"
    name: str
    name_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNode(Node):
    """``name(arguments)`` or ``receiver.name(arguments)``."""

    receiver: "Syntax | None"
    name: str
    name_start: int
    arguments: tuple["Syntax", ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryNode(Node):
    """``!x`` or ``-x``."""

    operator: str
    operand: "Syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryNode(Node):
    """``left operator right``."""

    operator: str
    left: "Syntax"
    right: "Syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalNode(Node):
    """``condition ? then : otherwise``."""

    condition: "Syntax"
    then: "Syntax"
    otherwise: "Syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNode(Node):
    """``[a, b]``."""

    items: tuple["Syntax", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentNode(Node):
    """``target = value``, ``target += value`` or ``target -= value``."""

    target: "Syntax"
    operator: str
    value: "Syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedNameNode(Node):
    """``variable: Entity``."""

    name: str
    entity: str
    entity_start: int


Syntax = LiteralNode | NameNode | MemberNode | CallNode | UnaryNode | BinaryNode | ConditionalNode | ListNode
