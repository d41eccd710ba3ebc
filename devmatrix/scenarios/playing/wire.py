"""Values of the model as terms: what is sent, stored and expected."""

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from devmatrix.artifacts.terms import Anything, Captured, Given, Instant, Items, Near, Term
from devmatrix.expressions.evaluation.arithmetic import round_places
from devmatrix.expressions.evaluation.constants import parse_instant
from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import NewKey, World, fitted
from devmatrix.expressions.situations import NOMINAL_NOW
from devmatrix.ir.domain import Field
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.ir.validation import Range
from devmatrix.scenarios.playing.staging import SERVER_NOW

NULL = Given(value=None)
TRUTHS = (Given(value=False), Given(value=True))

_FAR = dt.timedelta(days=365 * 60)


@lru_cache(maxsize=8)
def fixed_times(schema: Schema) -> frozenset[dt.datetime | dt.date]:
    """The bounds of dates and instants, and their neighbours."""
    fields = [(item.type, item.constraints) for item in schema.fields.values()]
    inputs = [(item.type, item.constraints) for o in schema.application.api.operations for item in o.inputs]
    found: set[dt.datetime | dt.date] = set()
    for of, constraints in (*fields, *inputs):
        if isinstance(of, Scalar) and of.name in ("date", "datetime"):
            step = dt.timedelta(days=1) if of.name == "date" else dt.timedelta(seconds=1)
            for bound in (b for r in constraints if isinstance(r, Range) for b in (r.minimum, r.maximum) if b):
                value = parse_instant(bound) if of.name == "datetime" else dt.date.fromisoformat(bound)
                found |= _neighbours(value, step)
    return frozenset(found)


def _neighbours(value: dt.datetime | dt.date, step: dt.timedelta) -> set[dt.datetime | dt.date]:
    found = {value}
    for distance in (-step, step):
        with suppress(OverflowError):  # time ends somewhere
            found.add(value + distance)
    return found


@dataclass(frozen=True)
class Wire:
    """How values of one scenario travel. ``captured``: label of a row that a call made -> name of its captured key."""

    schema: Schema
    relative: bool
    captured: Mapping[str, str] = field(default_factory=dict)

    def term(self, of: Type, value: Any, world: World) -> Term:
        """A value of a type; rows travel as their keys."""
        match of:
            case _ if value is None:
                return NULL
            case Reference():
                return self.key(of.entity, world.rows[value].key if isinstance(value, Ref) else value)
            case Many():
                return self._many(of, value, world)
            case ListOf():
                return Items(items=tuple(self.term(of.item, item, world) for item in value))
            case Choice():
                return Given(value=next(member.wire for member in of.members if member.name == value))
            case Scalar():
                return self.scalar(of, value)

    def _many(self, of: Many, value: tuple[Ref, ...], world: World) -> Term:
        rows = [world.rows[label] for label in world.by_key(value)]
        items = tuple(self.key(of.entity, row.key) for row in rows)
        return Items(items=items, ordered=sum(isinstance(row.key, NewKey) for row in rows) == 0)

    def key(self, entity: str, key: Any) -> Term:
        """A key; of a row that a call made, what was captured, or anything."""
        if isinstance(key, NewKey):
            if str(key) in self.captured:
                return Captured(name=self.captured[str(key)])
            return Anything(type="integer" if self.schema.entities[entity].key.generated == "integer" else "uuid")
        of = self.schema.entities[entity].key_field.type
        return self.scalar(of, key) if isinstance(of, Scalar) else Given(value=key)

    def scalar(self, of: Scalar, value: Any) -> Term:
        """A single value, as an answer shows it."""
        if isinstance(value, NewKey):
            return Captured(name=self.captured[str(value)]) if str(value) in self.captured else Anything()
        if isinstance(value, dt.datetime | dt.date):
            return self.time(value)
        if of.name == "json":
            return Given(value=json.loads(value))
        if of.name == "decimal":
            return Given(value=decimal_text(value, of.scale))
        return Given(value=value)

    def time(self, value: dt.datetime | dt.date) -> Term:
        """A date or an instant; what comes from the server's clock is near now, or not known."""
        if isinstance(value, dt.datetime):
            if value.microsecond == SERVER_NOW.microsecond:
                return Near() if value == SERVER_NOW else Anything(type="datetime")
            if self._moves(value):
                return Instant(type="datetime", microseconds=(value - NOMINAL_NOW) // dt.timedelta(microseconds=1))
            return Given(value=value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"))
        if self._moves(value):
            return Instant(type="date", days=(value - NOMINAL_NOW.date()).days)
        return Given(value=value.isoformat())

    def _moves(self, value: dt.datetime | dt.date) -> bool:
        """Whether a time stands relative to the run: not so what a constant of the spec fixes, nor what is far away."""
        day = value.date() if isinstance(value, dt.datetime) else value
        far = abs(day - NOMINAL_NOW.date()) > _FAR
        return self.relative and not far and value not in fixed_times(self.schema)

    def field(self, item: Field, value: Any, world: World) -> Term:
        """What a field holds, rounded as it is shown."""
        return self.term(item.type, fitted(item, value), world)


def decimal_text(value: Decimal | int, scale: int | None) -> str:
    """A decimal with all its places."""
    number = Decimal(value)
    return format(number if scale is None else round_places(number, scale), "f")
