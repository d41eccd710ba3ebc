"""Values in scenarios: what is sent, stored and expected, with instants and captures left open until the run."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from devmatrix.ir.base import Node


class Given(Node):
    """A fixed JSON value. Decimals are text with all their places, dates and datetimes ISO text."""

    term: Literal["given"] = "given"
    value: JsonValue


class Instant(Node):
    """A time relative to the start of the scenario, in UTC.

    ``datetime``: now plus ``microseconds`` (whole seconds of now are kept); ``date``: today plus ``days``.
    """

    term: Literal["instant"] = "instant"
    type: Literal["date", "datetime"]
    microseconds: int = 0
    days: int = 0


class Captured(Node):
    """What an earlier call of the scenario answered at a place."""

    term: Literal["captured"] = "captured"
    name: str


class Anything(Node):
    """Any value of a type (expectations only)."""

    term: Literal["anything"] = "anything"
    type: Literal["any", "uuid", "integer", "datetime", "text"] = "any"


class Near(Node):
    """A datetime no more than a minute from now (expectations only)."""

    term: Literal["near"] = "near"


class Later(Node):
    """A datetime after that which was captured (expectations only)."""

    term: Literal["later"] = "later"
    name: str


class Joined(Node):
    """Texts put together, e.g. a path with a captured id in it."""

    term: Literal["joined"] = "joined"
    parts: tuple["Term", ...]


class Record(Node):
    """An object. ``exact``: as an expectation it has these members and no other."""

    term: Literal["record"] = "record"
    members: tuple[tuple[str, "Term"], ...]
    exact: bool = True


class Items(Node):
    """A list. ``ordered``: as an expectation the order counts."""

    term: Literal["items"] = "items"
    items: tuple["Term", ...]
    ordered: bool = True


Term = Annotated[
    Given | Instant | Captured | Anything | Near | Later | Joined | Record | Items, Field(discriminator="term")
]

for _node in (Joined, Record, Items):
    _node.model_rebuild()
