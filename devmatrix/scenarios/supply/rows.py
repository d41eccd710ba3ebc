"""Default rows: valid by themselves, with rows of their own for everything that they must refer to."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, product
from typing import Any

from devmatrix.expressions.evaluation.arithmetic import ComputationError
from devmatrix.expressions.evaluation.constants import default_value
from devmatrix.expressions.evaluation.evaluate import Context, Ref, Scope, evaluate, holds
from devmatrix.expressions.evaluation.limits import breaks_constraint, breaks_type
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import Row, World, fitted
from devmatrix.expressions.situations import NOMINAL_NOW, RowRef, WorldRow
from devmatrix.ir.api import Input
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import SELF, Access, Expression, Variable, walk
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar
from devmatrix.scenarios.supply.values import number_bounds, step_of, valid_value

_TRIES = 3_000
_ATTEMPTS = 64


@dataclass
class RowBuilder:
    """Rows in creation order, parents first."""

    schema: Schema
    relative: bool = False
    rows: list[WorldRow] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)

    def row(self, entity: str, values: dict[str, Any] | None = None, *, full: bool = False) -> RowRef:
        """A new row with these values and valid ones for the rest; optional references are null unless ``full``."""
        found = self.schema.entities[entity]
        given = values or {}
        number = self.counts.get(entity, 0)
        self.counts[entity] = number + 1
        label = f"{found.variable}_{number + 1}"
        self.pending[entity] = label
        chosen = {item.name: self._value(found, item, given, number, full=full) for item in self._stored(entity)}
        del self.pending[entity]
        chosen = self._copied(found, chosen, given)
        chosen = self._ruled(found, self._apart(found, chosen, given, number), frozenset(given))
        self.rows.append(WorldRow(entity=entity, label=label, values=tuple(chosen.items())))
        return RowRef(label=label)

    def world(self) -> World:
        """The rows so far, as expressions see them."""
        return world_of(self.schema, self.rows)

    def _stored(self, entity: str) -> tuple[Field, ...]:
        return self.schema.stored_fields(entity)

    def _value(self, entity: Entity, item: Field, given: dict[str, Any], number: int, *, full: bool) -> Any:
        if item.name in given:
            return given[item.name]
        if isinstance(item.type, Reference):
            needed = not item.nullable or item.role == "owner" or (full and item.type.entity != entity.name)
            if needed and item.type.entity in self.pending:
                return RowRef(label=self.pending[item.type.entity])
            return self.row(item.type.entity) if needed else None
        if isinstance(item.type, Many):
            return ()
        if (machine := self.schema.machines.get((entity.name, item.name))) is not None:
            return machine.initial
        if item.has_default and (isinstance(item.type, Choice) or _is_boolean(item)):
            return default_value(item.default, item.type)
        return valid_value(item.type, item.constraints, number, relative=self.relative)

    def _copied(self, entity: Entity, chosen: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        """What is copied at creation agrees with where it comes from."""
        copied = [item for item in self._stored(entity.name) if item.copied_from is not None and item.name not in given]
        for item in copied:
            expression = item.copied_from
            if expression is not None:
                value = self._asked(expression, entity.name, chosen)
                if value is not None or item.nullable:
                    chosen[item.name] = value
        return chosen

    def _apart(self, entity: Entity, chosen: dict[str, Any], given: dict[str, Any], number: int) -> dict[str, Any]:
        """Other values where a row with these would be the second of its kind."""
        for attempt in range(1, _ATTEMPTS):
            twice = self.second_of_its_kind(entity, chosen)
            free = [name for name in twice if name not in given and entity.field(name).target is None]
            if not free:
                break
            for name in free:
                item = entity.field(name)
                value = valid_value(item.type, item.constraints, number + attempt, relative=self.relative)
                chosen = {**chosen, name: value}
        return chosen

    def is_valid(self, row: RowRef) -> bool:
        """Whether a row keeps its entity's rules, and is not the second of its kind."""
        kept = next(item for item in self.rows if item.label == row.label)
        others = RowBuilder(self.schema, self.relative, [item for item in self.rows if item is not kept])
        rules = self.schema.rules[kept.entity]
        return not others.second_of_its_kind(self.schema.entities[kept.entity], dict(kept.values)) and all(
            matches(self.schema, self.rows, rule.condition, {SELF: row.label}) for rule in rules
        )

    def second_of_its_kind(self, entity: Entity, values: dict[str, Any]) -> tuple[str, ...]:
        """The fields in which these values agree with a row where they may not."""
        kinds = [unique.fields for unique in self.schema.uniques[entity.name]]
        if entity.key.generated is None:
            kinds.append((entity.key.field,))
        others = [dict(row.values) for row in self.rows if row.entity == entity.name]
        for names in kinds:
            here = [values[name] for name in names]
            if None not in here and any([other[name] for name in names] == here for other in others):
                return names
        return ()

    def _ruled(self, entity: Entity, chosen: dict[str, Any], fixed: frozenset[str]) -> dict[str, Any]:
        rules = [rule.condition for rule in self.schema.rules[entity.name]]
        if not rules or self._keeps(rules, entity.name, chosen):
            return chosen
        for trial in islice(variations(self.schema, entity, rules, chosen, fixed), _TRIES):
            if self._keeps(rules, entity.name, trial):
                return trial
        return chosen

    def _keeps(self, rules: Iterable[Expression], entity: str, values: dict[str, Any]) -> bool:
        return all(self._asked(rule, entity, values) is True for rule in rules)

    def _asked(self, expression: Expression, entity: str, values: dict[str, Any]) -> Any:
        trial = WorldRow(entity=entity, label="?", values=tuple(values.items()))
        world = world_of(self.schema, [*self.rows, trial])
        try:
            return evaluate(expression, Scope({SELF: Ref("?")}, world, world), Context(NOMINAL_NOW))
        except ComputationError:
            return None


def world_of(schema: Schema, rows: Iterable[WorldRow]) -> World:
    """Rows of a situation as a world; keys are labels and times the nominal now (enough to ask conditions)."""
    world = World(schema)
    for item in rows:
        world.add(plain_row(schema, item))
    return world


def plain_row(schema: Schema, item: WorldRow) -> Row:
    """A row of a situation with its label for a key, unless the client gives the key."""
    entity = schema.entities[item.entity]
    values = {name: _as_value(schema, item.entity, name, value) for name, value in item.values}
    key = values.get(entity.key.field) if entity.key.generated is None else item.label
    return Row(item.entity, Ref(item.label), key, values, NOMINAL_NOW, NOMINAL_NOW)


def _as_value(schema: Schema, entity: str, name: str, value: Any) -> Any:
    if isinstance(value, RowRef):
        return Ref(value.label)
    if isinstance(value, tuple):
        return tuple(Ref(item.label) if isinstance(item, RowRef) else item for item in value)
    return fitted(schema.fields[entity, name], value)


def variations(
    schema: Schema, entity: Entity, conditions: Iterable[Expression], values: dict[str, Any], fixed: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """Other values for the entity's own fields that the conditions read, nearest first."""
    read = {
        part.name
        for condition in conditions
        for part in walk(condition)
        if isinstance(part, Access)
        and part.how == "value"
        and part.entity == entity.name
        and isinstance(part.operand, Variable)
    }
    fields = [item for item in schema.stored_fields(entity.name) if item.name in read and item.name not in fixed]
    for combination in product(*(candidates(item, values[item.name]) for item in fields)):
        yield values | {item.name: value for item, value in zip(fields, combination, strict=True)}


def candidates(item: Field, current: Any) -> list[Any]:
    """The current value, then values that decide conditions: members, truths, limits, null."""
    found: list[Any] = [current]
    match item.type:
        case Choice():
            found += [member.name for member in item.type.members]
        case Scalar(name="boolean"):
            found += [True, False]
        case Scalar(name="integer" | "decimal"):
            low, high = number_bounds(item.type, item.constraints)
            step = step_of(item.type)
            numbers = (
                low,
                type(low)(0),
                type(low)(1),
                low + step,
                type(low)(10),
                type(low)(100),
                type(low)(1000),
                high,
            )
            found += [fitted(item, number) for number in numbers if low <= number <= high]
        case Scalar() | ListOf():
            found += [valid_value(item.type, item.constraints, number) for number in range(4)]
        case _:
            pass
    if item.nullable:
        found.append(None)
    return list(dict.fromkeys(found))


def input_candidates(item: Input) -> list[Any]:
    """Values of an input that may decide a condition: members, truths, both ends of its range, days near and far."""
    found: list[Any] = [None] if item.nullable else []
    match item.type:
        case Choice():
            found += [member.name for member in item.type.members]
        case Scalar(name="boolean"):
            found += [True, False]
        case Scalar(name="integer" | "decimal"):
            low, high = number_bounds(item.type, item.constraints)
            near = [fitted_number(item.type, value) for value in (0, 1, 10, 100, 1_000)]
            found += [low, *(value for value in near if low <= value <= high), high]
        case Scalar(name="date" | "datetime"):
            now: Any = NOMINAL_NOW if item.type.name == "datetime" else NOMINAL_NOW.date()
            found += [now + dt.timedelta(days=days) for days in (-3_650, -400, -2, 2, 400, 3_650)]
        case Scalar():
            found += [valid_value(item.type, item.constraints, number) for number in range(4)]
            found += ["", "a/b", ".."] if item.type.name == "text" else []
        case ListOf():
            inner = item.type.item
            found += [tuple(valid_value(inner, (), place) for place in range(size)) for size in (0, 1, 2, 5, 12, 100)]
        case _:
            pass
    bounded = [value for value in found if value is None or not _breaks(item, value)]
    return list(dict.fromkeys(bounded))


def fitted_number(of: Scalar, value: int) -> Any:
    """A number of the type's kind."""
    return Decimal(value) if of.name == "decimal" else value


def _breaks(item: Input, value: Any) -> bool:
    return breaks_type(item.type, value) or any(breaks_constraint(rule, value) for rule in item.constraints)


def _is_boolean(item: Field) -> bool:
    return isinstance(item.type, Scalar) and item.type.name == "boolean"


def matches(schema: Schema, rows: Iterable[WorldRow], condition: Expression, variables: dict[str, str]) -> bool:
    """Whether a condition holds over rows, its variables given by label."""
    world = world_of(schema, rows)
    scope = Scope({name: Ref(label) for name, label in variables.items()}, world, world)
    try:
        return holds(condition, scope, Context(NOMINAL_NOW))
    except ComputationError:
        return False
