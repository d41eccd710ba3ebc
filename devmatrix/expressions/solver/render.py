"""A model of the solver as a situation that people can read."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from devmatrix.expressions.situations import NOMINAL_NOW, RowRef, Situation, WorldRow
from devmatrix.expressions.situations import Value as Told
from devmatrix.expressions.solver.convert import Model
from devmatrix.expressions.solver.filling import Filler
from devmatrix.expressions.solver.symbolic.start import ABSENT_KEY, FIRST_KEY
from devmatrix.expressions.solver.symbolic.values import Items, Row, RowId, Scalar, Value
from devmatrix.expressions.solver.wording import Wording
from devmatrix.expressions.solver.world import World
from devmatrix.ir.api import Input
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import Many, Reference


def render(world: World, model: Model) -> Situation:
    """The rows that are there and what is sent."""
    renderer = _Renderer(world, model)
    return renderer.situation()


@dataclass
class _Renderer:
    world: World
    model: Model
    labels: dict[RowId, str] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        start = self.world.start
        for entity in start.order:
            present = [row for row in start.pools.get(entity, ()) if self.model.value(start.presence[row])]
            for number, row in enumerate(present, start=1):
                self.labels[row] = f"{start.schema.entities[entity].variable}_{number}"
                self.keys[start.keys[row]] = self.labels[row]
        self.wording = Wording(self.world, self.model, tuple(self.labels))
        self.filler = Filler(start.schema, self.labels, self.wording.taken)

    def situation(self) -> Situation:
        rows = {self.labels[row]: self._row(row) for row in self.labels}
        return Situation(
            operation=self.world.operation.id,
            rows=self.filler.in_order(rows),
            addresses=tuple((name, self._label(row) or "") for name, row in self.world.addresses.items()),
            inputs=self._inputs(),
        )

    def _row(self, row: RowId) -> WorldRow:
        start = self.world.start
        entity = start.schema.entities[row.entity]
        values = [(of.name, self._field(row, of)) for of in entity.fields if self._is_told(entity, row, of)]
        return WorldRow(entity=row.entity, label=self.labels[row], values=tuple(values))

    def _is_told(self, entity: Entity, row: RowId, of: Field) -> bool:
        if of in self.world.schema.stored_fields(entity.name):
            return True
        return of.role in ("created", "updated") and (row, of.name) in self.world.start.values

    def _field(self, row: RowId, of: Field) -> Told:
        value = self.world.start.values.get((row, of.name))
        if value is None:
            return self.filler.value(row.entity, of, self.labels[row])
        if isinstance(of.type, Many) and isinstance(value, Items):
            return self._members(value)
        return self._told(value)

    def _members(self, value: Items) -> Told:
        found = []
        for held, item in value.items:
            label = self._label(item) if self.model.value(held) else None
            if label is not None:
                found.append(RowRef(label=label))
        return tuple(found)

    def _label(self, value: Value) -> str | None:
        if not isinstance(value, Row):
            return None
        return next((self.labels.get(row) for row, held in value.choices if self.model.value(held)), None)

    def _told(self, value: Value) -> Told:
        if isinstance(value, Row):
            label = self._label(value)
            return None if label is None else RowRef(label=label)
        if isinstance(value, Items):
            if self.model.value(value.null):
                return None
            return tuple(self._told(item) for held, item in value.items if self.model.value(held))  # type: ignore[misc]
        return None if self.model.value(value.null) else self._plain(value)

    def _plain(self, value: Scalar) -> Told:
        found = self.model.value(value.term)
        match value.kind:
            case "decimal":
                return Decimal(found).scaleb(-value.scale)
            case "date":
                return NOMINAL_NOW.date() + dt.timedelta(days=found)
            case "datetime":
                return NOMINAL_NOW + dt.timedelta(microseconds=found)
            case "choice":
                return next(str(name) for name, code in self.world.ledger.codes.items() if code == found)
            case "uuid":
                return self._key(found)
            case "text" | "json":
                return self.wording.text(value.kind, found)
            case _:
                return found  # type: ignore[no-any-return]

    def _key(self, number: int) -> Told:
        if number in self.keys:
            return RowRef(label=self.keys[number])
        if number < 0:
            return self.wording.text("uuid", number)
        return f"00000000-0000-4000-8000-{number:012d}"

    def _inputs(self) -> tuple[tuple[str, Told], ...]:
        found: list[tuple[str, Told]] = []
        for item in self.world.operation.body:
            given = self.world.start.inputs[item.name]
            if not self.model.value(given.sent):
                continue
            null = self.model.value(given.null)
            found.append((item.name, None if null else self._sent(item, given.value)))
        return tuple(found)

    def _sent(self, item: Input, value: Value) -> Told:
        if isinstance(value, Items):
            return tuple(self._sent_one(item, inner) for held, inner in value.items if self.model.value(held))  # type: ignore[misc]
        return self._sent_one(item, value)

    def _sent_one(self, item: Input, value: Value) -> Told:
        if isinstance(value, Scalar) and value.kind == "integer" and self._is_key(value):
            return self._integer_key(self.model.value(value.term))
        if isinstance(item.type, Reference | Many) and isinstance(value, Scalar) and value.kind == "text":
            return self._text_key(item.type.entity, value)
        return self._told(value)

    def _is_key(self, value: Scalar) -> bool:
        found: Any = self.model.value(value.term)
        return bool(value.low == 1 and (FIRST_KEY <= found < FIRST_KEY + 10_000 or found >= ABSENT_KEY))

    def _integer_key(self, number: int) -> Told:
        return RowRef(label=self.keys[number]) if number in self.keys else number

    def _text_key(self, target: str, value: Scalar) -> Told:
        start, found = self.world.start, self.model.value(value.term)
        name = start.schema.entities[target].key.field
        for row, label in self.labels.items():
            key = start.values.get((row, name)) if row.entity == target else None
            if isinstance(key, Scalar) and self.model.value(key.term) == found:
                return RowRef(label=label)
        return self._told(value)
