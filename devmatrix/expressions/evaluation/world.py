"""A world of rows in memory: in creation order, copied before it is written to."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devmatrix.expressions.evaluation.arithmetic import ComputationError, round_places, unbounded
from devmatrix.expressions.evaluation.evaluate import Context, Ref, Scope, evaluate
from devmatrix.expressions.evaluation.limits import breaks_type
from devmatrix.expressions.evaluation.schema import Schema, is_many
from devmatrix.ir.domain import Entity, Field, Sorting
from devmatrix.ir.expressions import SELF
from devmatrix.ir.types import Choice, Scalar


class NewKey(str):
    """The key of a row that a call made: unknown until it answers. Holds the row's label."""

    __slots__ = ()


@dataclass
class Row:
    """One row. ``made``: by the call that is played, so key and times are not known beforehand."""

    entity: str
    label: Ref
    key: Any
    values: dict[str, Any]
    created: dt.datetime
    updated: dt.datetime
    made: bool = False

    def copy(self) -> "Row":
        """The same row, to be written to without touching this one."""
        values = dict(self.values)
        return Row(self.entity, self.label, self.key, values, self.created, self.updated, self.made)


class World:
    """Rows by label. Its owner alone writes to it; ``copy`` gives one that can be written to."""

    def __init__(self, schema: Schema, rows: Iterable[Row] = ()) -> None:
        self.schema = schema
        self.rows: dict[Ref, Row] = {row.label: row for row in rows}
        self.made = 0

    def copy(self) -> "World":
        """The same rows, to be written to without touching these."""
        copied = World(self.schema, (row.copy() for row in self.rows.values()))
        copied.made = self.made
        return copied

    def next_label(self) -> Ref:
        """A label for a row that a call makes; never given twice."""
        self.made += 1
        return Ref(f"made:{self.made}")

    def add(self, row: Row) -> None:
        """Put a row at the end of the creation order."""
        self.rows[row.label] = row

    def of(self, entity: str) -> tuple[Row, ...]:
        """All rows of an entity, in creation order."""
        return tuple(row for row in self.rows.values() if row.entity == entity)

    def find(self, entity: str, key: Any) -> Ref | None:
        """The row of this key."""
        return next((row.label for row in self.rows.values() if row.entity == entity and row.key == key), None)

    def read(self, row: Ref, name: str, how: str, context: Context) -> Any:
        """A member of a row: value, referred row, child list or many list; None of a row that is not there."""
        found = self.rows.get(row)
        if found is None:
            return None
        match how:
            case "rows":
                child = self.schema.collections[found.entity, name]
                return self.ordered(self.children(child, row), child, context)
            case "members":
                return self.by_key(found.values[name])
            case "row":
                target = found.values[name]
                return target if target in self.rows else None
            case _:
                return self.value(found, name, context)

    def value(self, row: Row, name: str, context: Context) -> Any:
        """What a field of a row holds, key, timestamps and computed ones included."""
        entity = self.schema.entities[row.entity]
        field = self.schema.fields[row.entity, name]
        if name == entity.key.field:
            return row.key
        if field.role == "created":
            return row.created
        if field.role == "updated":
            return row.updated
        if (expression := self.schema.computed.get((row.entity, name))) is not None:
            scope = Scope({SELF: row.label}, self, self)
            return fitted(field, evaluate(expression, scope, context))
        return self.by_key(row.values[name]) if is_many(field) else row.values[name]

    def shown(self, row: Row, name: str, context: Context) -> Any:
        """What an answer shows of a field; ComputationError where a computed number does not fit its type."""
        if (row.entity, name) not in self.schema.computed:
            return self.value(row, name, context)
        with unbounded():
            value = self.value(row, name, context)
        of = self.schema.fields[row.entity, name].type
        if isinstance(value, int | Decimal) and breaks_type(of, value):
            raise ComputationError(f"{name} does not hold {value}")
        return value

    def children(self, child: Entity, owner: Ref) -> list[Row]:
        """The rows of a child entity that belong to an owner, in creation order."""
        link = child.owner_field
        if link is None:
            raise ValueError(f"{child.name} has no owner")
        return [row for row in self.rows.values() if row.entity == child.name and row.values[link.name] == owner]

    def by_key(self, labels: Iterable[Ref]) -> tuple[Ref, ...]:
        """Rows in the order of their keys; those whose key is not known yet stand last."""
        found = [self.rows[label] for label in labels if label in self.rows]
        return tuple(row.label for row in sorted(found, key=_key_order))

    def is_open(self, labels: Iterable[Ref], entity: Entity, context: Context, first: tuple[Sorting, ...] = ()) -> bool:
        """Whether nothing but their unknown keys tells rows apart that a call made, so that their order is open."""
        keys = [item.field for item in (*first, *default_order(entity)) if item.field != entity.key.field]
        made = [row for row in map(self.rows.__getitem__, labels) if row.made]
        places = [tuple(self.value(row, name, context) for name in keys) for row in made]
        return any(place in places[:index] for index, place in enumerate(places))

    def ordered(
        self, rows: Iterable[Row], entity: Entity, context: Context, first: tuple[Sorting, ...] = ()
    ) -> tuple[Ref, ...]:
        """Rows by the given keys, then by the entity's default order, then by key; nulls last both ways."""
        found = sorted(rows, key=_key_order)
        for sorting in reversed((*first, *default_order(entity))):
            field = self.schema.fields[entity.name, sorting.field]
            valued = [(self.value(row, sorting.field, context), row) for row in found]
            present = [pair for pair in valued if pair[0] is not None]
            present.sort(key=lambda pair, field=field: sortable(field, pair[0]), reverse=sorting.descending)  # type: ignore[misc]
            found = [row for _, row in present] + [row for value, row in valued if value is None]
        return tuple(row.label for row in found)


def default_order(entity: Entity) -> tuple[Sorting, ...]:
    """The order of an entity's rows where nothing else is said."""
    if entity.order:
        return entity.order
    created = next((field.name for field in entity.fields if field.role == "created"), None)
    return () if created is None else (Sorting(field=created),)


def sortable(field: Field, value: Any) -> Any:
    """What a value sorts by: members as declared, everything else by itself (texts by code point)."""
    if isinstance(value, NewKey):
        return (1, "")
    if isinstance(field.type, Choice):
        return [member.name for member in field.type.members].index(value)
    return (0, value) if field.role == "key" else value


def fitted(field: Field, value: Any) -> Any:
    """A value as the field stores it: decimals rounded to its places, half away from zero."""
    if isinstance(field.type, Scalar) and field.type.name == "decimal" and isinstance(value, int | Decimal):
        return round_places(Decimal(value), field.type.scale or 0)
    return value


def _key_order(row: Row) -> tuple[int, Any]:
    return (1, "") if isinstance(row.key, NewKey) else (0, row.key)
