"""What expressions may know of the entities: the members of each and their types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.ir.values import ValueKind, ValueType

How = Literal["value", "row", "rows", "members"]

_SCALAR_KINDS: Mapping[str, ValueKind] = {
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "uuid": "uuid",
    "json": "json",
}


@dataclass(frozen=True, slots=True)
class MemberShape:
    """One thing that stands behind ``row.name``; ``hidden`` ones (passwords) cannot be read."""

    how: How
    type: ValueType
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class EntityShape:
    """An entity as expressions see it."""

    name: str
    members: Mapping[str, MemberShape]
    unread: frozenset[str] = frozenset()
    """Members whose declaration has a finding: using them is no second one."""


@dataclass(frozen=True, slots=True)
class Schema:
    """All entities."""

    entities: Mapping[str, EntityShape] = field(default_factory=dict)

    def member(self, entity: str, name: str) -> MemberShape | None:
        """The member of an entity; None when either is not there."""
        shape = self.entities.get(entity)
        return None if shape is None else shape.members.get(name)

    def unread(self, entity: str, name: str) -> bool:
        """Whether a member is there but could not be read."""
        shape = self.entities.get(entity)
        return shape is not None and name in shape.unread

    def names(self, entity: str) -> tuple[str, ...]:
        """The members of an entity, for suggestions."""
        shape = self.entities.get(entity)
        return () if shape is None else tuple(shape.members)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that an expression may use.

    ``self_entity``: bare names are members of the entity's own row. ``old``: whether ``old(…)`` is allowed.
    ``created``: variables of rows that the flow made. ``deleted``: paths of rows that it removed. ``made``: entities
    that it makes rows of.
    """

    variables: Mapping[str, ValueType] = field(default_factory=dict)
    self_entity: str | None = None
    old: bool = False
    created: frozenset[str] = frozenset()
    deleted: frozenset[tuple[str, ...]] = frozenset()
    made: frozenset[str] = frozenset()
    macros: frozenset[str] = frozenset()
    rename: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    """Names whose declaration has a finding: using them is no second one."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.variables)


def value_type(declared: Type, *, nullable: bool) -> ValueType:
    """What reading a value of a declared type gives."""
    match declared:
        case Scalar(name=name):
            kind = _SCALAR_KINDS.get(name, "text")
            return ValueType(kind=kind, nullable=nullable, scale=declared.scale if kind == "decimal" else None)
        case Choice(members=members):
            return ValueType(kind="choice", nullable=nullable, members=tuple(member.name for member in members))
        case Reference(entity=entity):
            return ValueType(kind="entity", nullable=nullable, entity=entity)
        case Many(entity=entity):
            return ValueType(kind="list", item=ValueType(kind="entity", entity=entity))
        case ListOf(item=item):
            return ValueType(kind="list", nullable=nullable, item=value_type(item, nullable=False))


def rows_of(entity: str) -> ValueType:
    """A list of rows."""
    return ValueType(kind="list", item=ValueType(kind="entity", entity=entity))
