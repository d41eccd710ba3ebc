"""What a value must keep: constraints of one value, rules and uniqueness of an entity."""

from typing import Annotated, Literal

from pydantic import Field

from devmatrix.ir.base import Node, NodeId, Placed
from devmatrix.ir.expressions import Expression


class Range(Placed):
    """Bounds of an ordered value, as canonical text (``"0.50"``, ``"2026-01-01"``); ``open`` excludes the bound."""

    kind: Literal["range"] = "range"
    id: NodeId
    minimum: str | None = None
    maximum: str | None = None
    minimum_open: bool = False
    maximum_open: bool = False


class Length(Placed):
    """Bounds of a text's code points or a list's items, both inclusive."""

    kind: Literal["length"] = "length"
    id: NodeId
    minimum: int
    maximum: int | None = None


class Pattern(Placed):
    """A regular expression that is found somewhere in the text, in the dialect all targets agree on."""

    kind: Literal["pattern"] = "pattern"
    id: NodeId
    regex: str


Constraint = Annotated[Range | Length | Pattern, Field(discriminator="kind")]


class Unique(Placed):
    """No two rows of the entity agree in all these fields; nulls count as different."""

    id: NodeId
    entity: str
    fields: tuple[str, ...]
    constraint: str
    """Name of the database constraint."""


class Rule(Placed):
    """A condition over one row (``self``) that holds whenever an operation is complete."""

    id: NodeId
    entity: str
    condition: Expression
    text: str


class Validation(Node):
    """Rules that span more than one value."""

    uniques: tuple[Unique, ...] = ()
    rules: tuple[Rule, ...] = ()
