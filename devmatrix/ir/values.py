"""The types of expressions: what a node of an expression evaluates to."""

from typing import Literal

from devmatrix.ir.base import Node

ValueKind = Literal[
    "null",
    "boolean",
    "integer",
    "decimal",
    "text",
    "date",
    "datetime",
    "duration",
    "uuid",
    "choice",
    "json",
    "entity",
    "list",
]

Atom = bool | int | str | None
Constant = Atom | tuple[Atom, ...]
"""A literal in canonical form: decimals, dates, datetimes and uuids as text (``"0.90"``), members by name."""


class ValueType(Node):
    """What an expression evaluates to.

    ``nullable`` says whether null can come out; ``entity`` names the entity of a row; ``item`` is the type of a
    list's items; ``members`` are the names of a choice in declared order; ``scale`` the places of a decimal that
    comes straight from a field (None: computed, up to 20 places).
    """

    kind: ValueKind
    nullable: bool = False
    entity: str | None = None
    item: "ValueType | None" = None
    members: tuple[str, ...] = ()
    scale: int | None = None

    def as_nullable(self, *, nullable: bool = True) -> "ValueType":
        """The same type, with or without null."""
        return self if self.nullable == nullable else self.model_copy(update={"nullable": nullable})


ValueType.model_rebuild()
