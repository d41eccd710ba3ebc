"""Make a situation concrete for one scenario: keys, values that nobody else has, creation times."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from devmatrix.expressions.evaluation.evaluate import Context, Ref
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import Row, World, fitted
from devmatrix.expressions.situations import NOMINAL_NOW, RowRef, Situation, WorldRow
from devmatrix.ir.domain import Entity
from devmatrix.scenarios.supply.salting import salt_absent
from devmatrix.scenarios.supply.values import NAMESPACE, valid_value

SERVER_NOW = NOMINAL_NOW + dt.timedelta(microseconds=123_457)
"""The instant of a played call; its odd microseconds mark every time that comes from the server's clock."""

_FIRST_CREATION = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_FIRST_RELATIVE = NOMINAL_NOW - dt.timedelta(days=2)
_FIRST_INTEGER = 500_000_000
ABSENT_INTEGER = 400_000_000


@dataclass(frozen=True)
class Stage:
    """A situation on which calls are played: its rows with keys and times, its inputs by name.

    ``relative``: dates and times travel relative to the run's own now. ``alone``: its values may meet those of others.
    """

    scenario: str
    schema: Schema
    situation: Situation
    world: World
    inputs: Mapping[str, Any]
    relative: bool
    alone: bool = False
    number: int = 0
    nobodys: set[tuple[str, tuple[Any, ...]]] = field(default_factory=set)
    """Keys that clients give and that no row may have while the scenario is played."""

    @property
    def context(self) -> Context:
        """What surrounds a played call."""
        return Context(SERVER_NOW)

    def absent_key(self, entity: str) -> Any:
        """A well-formed key of no row."""
        found = self.schema.entities[entity]
        if found.key.generated == "integer":
            return ABSENT_INTEGER
        if found.key.generated == "uuid":
            return str(uuid.uuid5(NAMESPACE, f"{self.scenario} absent {found.name}"))
        key = absent_client_key(self.world, found, self.number)
        self.nobodys.add((found.id, (key,)))
        return key

    def address(self, variable: str) -> Ref:
        """The row that an address of the situation finds."""
        return Ref(dict(self.situation.addresses)[variable])


def absent_client_key(world: World, entity: Entity, number: int) -> Any:
    """A key that the client could give and no row has."""
    of, constraints = entity.key_field.type, entity.key_field.constraints
    taken = {row.key for row in world.of(entity.name)}
    plain = (valid_value(of, constraints, place) for place in range(900, 2_000))
    return next(key for value in plain if (key := salt_absent(of, constraints, value, number)) not in taken)


def set_stage(
    schema: Schema, scenario: str, number: int, situation: Situation, *, relative: bool, alone: bool = False
) -> Stage:
    """The situation with keys out of the scenario's name and number."""
    world = World(schema)
    keys = {row.label: _key(schema, scenario, number, index, row) for index, row in enumerate(situation.rows)}
    first = _FIRST_RELATIVE if relative else _FIRST_CREATION
    for index, row in enumerate(situation.rows):
        world.add(_staged(schema, row, keys, first + dt.timedelta(seconds=index)))
    inputs = {name: _as_key(value, keys) for name, value in situation.inputs}
    return Stage(scenario, schema, situation, world, inputs, relative, alone, number)


def _key(schema: Schema, scenario: str, number: int, index: int, row: WorldRow) -> Any:
    key = schema.entities[row.entity].key
    if key.generated == "uuid":
        return str(uuid.uuid5(NAMESPACE, f"{scenario} {row.label}"))
    if key.generated == "integer":
        return _FIRST_INTEGER + number * 1_000 + index
    return row.value(key.field)


def _staged(schema: Schema, row: WorldRow, keys: Mapping[str, Any], created: dt.datetime) -> Row:
    entity = schema.entities[row.entity]
    values: dict[str, Any] = {}
    updated = None
    for name, value in row.values:
        role = entity.field(name).role
        if role == "created" and isinstance(value, dt.datetime):
            created = value
        elif role == "updated" and isinstance(value, dt.datetime):
            updated = value
        elif isinstance(value, RowRef):
            values[name] = Ref(value.label)
        elif isinstance(value, tuple):
            values[name] = tuple(Ref(item.label) if isinstance(item, RowRef) else item for item in value)
        else:
            values[name] = fitted(schema.fields[row.entity, name], value)
    return Row(row.entity, Ref(row.label), keys[row.label], values, created, updated or created)


def _as_key(value: Any, keys: Mapping[str, Any]) -> Any:
    if isinstance(value, RowRef):
        return keys[value.label]
    if isinstance(value, tuple):
        return tuple(_as_key(item, keys) for item in value)
    return value
