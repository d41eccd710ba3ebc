"""Types as trees: what a field, an input or a member of an answer holds."""

from typing import Annotated, Literal

from pydantic import Field

from devmatrix.ir.base import Node

ScalarName = Literal[
    "text", "integer", "decimal", "boolean", "date", "datetime", "uuid", "email", "url", "slug", "password", "json"
]

SAFE_INTEGER = 9_007_199_254_740_991
"""The largest integer that every JSON reader keeps exact (2**53 - 1)."""

TEXT_KINDS: frozenset[ScalarName] = frozenset({"text", "email", "url", "slug", "password"})
ORDERED_KINDS: frozenset[ScalarName] = frozenset({"integer", "decimal", "date", "datetime"})


class Scalar(Node):
    """One value. After lowering every text has ``max_length`` and every number its range.

    ``min_length``/``max_length`` count code points; ``minimum``/``maximum`` are inclusive bounds of an integer;
    ``precision``/``scale`` are those of a decimal; ``max_bytes``/``max_depth`` those of ``json``.
    """

    kind: Literal["scalar"] = "scalar"
    name: ScalarName
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    precision: int | None = None
    scale: int | None = None
    max_bytes: int | None = None
    max_depth: int | None = None


class Member(Node):
    """One alternative of a choice."""

    name: str
    wire: str


class Choice(Node):
    """One of a fixed, ordered set of members; sorts as declared."""

    kind: Literal["choice"] = "choice"
    members: tuple[Member, ...]


class Reference(Node):
    """Points at one row of an entity."""

    kind: Literal["reference"] = "reference"
    entity: str


class Many(Node):
    """Points at any number of rows of an entity, each once (many to many)."""

    kind: Literal["many"] = "many"
    entity: str
    max_items: int | None = None


class ListOf(Node):
    """An ordered list of values."""

    kind: Literal["list"] = "list"
    item: "Type"
    max_items: int | None = None


Type = Annotated[Scalar | Choice | Reference | Many | ListOf, Field(discriminator="kind")]

ListOf.model_rebuild()
