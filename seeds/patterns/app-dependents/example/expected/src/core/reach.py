"""How what the rules of a row read of other rows is written down."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm.interfaces import ORMOption

from src.core.database import Base

Column = Any
Keys = Collection[Any] | Select[Any]


class Step(NamedTuple):
    """Lead from keys that are `among` some to those that are `shown` beside them."""

    shown: Column
    among: Column


class Lock(NamedTuple):
    """Rows to lock: those whose keys the steps lead to."""

    key: Column
    steps: Sequence[Step]


class Reading(NamedTuple):
    """Rules of `judged` read `fields` of rows of `entity`; the steps lead from their keys to the judged rows."""

    judged: type[Base]
    key: Column
    entity: type[Base]
    fields: frozenset[str]
    steps: Sequence[Step]
    locks: Sequence[Lock]
    loads: Sequence[ORMOption]


class Bound(NamedTuple):
    """How many rows a list of a row of `entity` may hold; `holder` and `member` are the columns of its table."""

    entity: type[Base]
    key: Column
    attribute: str
    holder: Column
    member: Column
    minimum: int
    maximum: int | None
    text: str


class Part(NamedTuple):
    """Rows of `entity` stand in a list of their owner."""

    entity: type[Base]
    key: Column
    column: Column
    attribute: str
    owner: type[Base]
    collection: str


class Follower(NamedTuple):
    """What a row of `entity` does when the row of `target` that it refers to goes: it goes too, or lets go of it."""

    entity: type[Base]
    key: Column
    column: Column
    target: type[Base]
    attribute: str | None


def reached(keys: Keys, steps: Sequence[Step]) -> Keys:
    """Follow steps from keys, inside the database."""
    for step in steps:
        keys = select(step.shown).where(step.among.in_(keys)).correlate(None)
    return keys
