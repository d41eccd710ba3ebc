"""Give a scenario values of its own where values must be unique, so that scenarios can share a database."""

import datetime as dt
import uuid
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from devmatrix.expressions.evaluation.constants import compiled_pattern
from devmatrix.expressions.evaluation.limits import breaks_constraint, breaks_type
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import World
from devmatrix.expressions.situations import RowRef, Situation, WorldRow
from devmatrix.ir.api import Operation
from devmatrix.ir.behavior import Create, Set, walk_statements
from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import Expression, Variable
from devmatrix.ir.types import Reference, Scalar
from devmatrix.ir.validation import Constraint, Pattern
from devmatrix.scenarios.supply.solving import text_matching
from devmatrix.scenarios.supply.values import NAMESPACE, length_bounds

_HAN = 0x4E00
_HAN_COUNT = 20_000
_PER_SCENARIO = 8
_ATTEMPTS = 64
_RADIXES = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_LENGTHS = (12, 8, 6, 4)

FieldName = tuple[str, str]


@lru_cache(maxsize=4)
def salted_fields(schema: Schema) -> tuple[FieldName, ...]:
    """For each uniqueness over plain values the field that is told apart, and the keys that clients give."""
    found: dict[FieldName, None] = {}
    for entity in schema.entities.values():
        if entity.key.generated is None:
            found[entity.name, entity.key.field] = None
        for unique in schema.uniques[entity.name]:
            fields = [entity.field(name) for name in unique.fields]
            if any(isinstance(field.type, Reference) for field in fields):
                continue
            apt = next((field for field in fields if _room(field)), None)
            if apt is not None:
                found[entity.name, apt.name] = None
    return tuple(found)


def _room(field: Field) -> bool:
    return isinstance(field.type, Scalar) and field.type.name not in ("boolean", "json")


def salt_situation(schema: Schema, operation: Operation, situation: Situation, number: int) -> Situation:
    """The same situation with other values in the salted fields; equal values stay equal."""
    fields = salted_fields(schema)
    if not fields:
        return situation
    salts = {name: Salt(schema.fields[name], number) for name in fields}
    rows = tuple(_salted_row(row, salts) for row in situation.rows)
    meant = _meant_for(schema, operation)
    inputs = tuple((name, _salted_input(name, value, meant, salts)) for name, value in situation.inputs)
    if rows == situation.rows and inputs == situation.inputs:
        return situation
    return situation.model_copy(update={"rows": rows, "inputs": inputs})


class Salt:
    """Other values for one field, the same for the same, different for different ones."""

    def __init__(self, field: Field, number: int) -> None:
        self.field = field
        self.number = number
        self.known: dict[Any, Any] = {}

    def of(self, value: Any) -> Any:
        """The value that stands for this one."""
        if value is None or isinstance(value, RowRef | tuple):
            return value
        if value not in self.known:
            self.known[value] = self._fresh(value)
        return self.known[value]

    def _fresh(self, value: Any) -> Any:
        for attempt in range(_ATTEMPTS):
            other = salt_value(self.field.type, self.field.constraints, value, self.number * _PER_SCENARIO + attempt)
            if other is None:
                return value
            if other not in self.known.values():
                return other
        return value


def salt_absent(of: Any, constraints: tuple[Constraint, ...], value: Any, number: int) -> Any:
    """A value for what is not there, a scenario's own where there is room for one."""
    salted = salt_value(of, constraints, value, (number + 1) * _PER_SCENARIO - 1)
    return value if salted is None else salted


def salt_value(of: Any, constraints: tuple[Constraint, ...], value: Any, number: int) -> Any:
    """Another valid value of the type that carries the number; None where there is no room for one."""
    if not isinstance(of, Scalar):
        return None
    salted = _salted_text(of, constraints, value, number) if isinstance(value, str) else _moved(value, number)
    if salted is None or breaks_type(of, salted) or any(breaks_constraint(item, salted) for item in constraints):
        return None
    return salted


def _moved(value: Any, number: int) -> Any:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return value + number
    return value + dt.timedelta(days=number) if isinstance(value, dt.date) else None


def _salted_text(of: Scalar, constraints: tuple[Constraint, ...], value: str, number: int) -> str | None:
    low, high = length_bounds(of, constraints)
    pattern = next((item.regex for item in constraints if isinstance(item, Pattern)), None)
    if of.name == "uuid":
        return str(uuid.uuid5(NAMESPACE, f"{value} {number}"))
    if pattern is not None:
        return _patterned(pattern, low, high, number)
    match of.name:
        case "email":
            local, _, domain = value.partition("@")
            return _fitted(local, f".{number}", min(64, high - len(domain) - 1), same=len(value) == high) + "@" + domain
        case "slug":
            return _fitted(value, f"-{number}", high, same=len(value) in (low, high))
        case "url":
            return _fitted(value, f"/{number}", high, same=len(value) == high)
        case _:
            return _salted_plain(value, number, low, high)


def _patterned(pattern: str, low: int, high: int, number: int) -> str | None:
    """A matching text whose letters and digits count the number, each within its alphabet."""
    for length in (*(size for size in _LENGTHS if low < size <= high), low):
        base = text_matching(pattern, length, high, 0)
        counted = None if base is None else _counted(base, number)
        if counted is not None and compiled_pattern(pattern).search(counted) is not None:
            return counted
    return text_matching(pattern, low, high, number)


def _counted(base: str, number: int) -> str | None:
    """The text, its last places moved on by the digits of the number; None where it has too few places."""
    places = list(base)
    for index in reversed(range(len(places))):
        alphabet = next((signs for signs in _RADIXES if places[index] in signs), None)
        if alphabet is not None:
            number, step = divmod(number, len(alphabet))
            places[index] = alphabet[(alphabet.index(places[index]) + step) % len(alphabet)]
    return "".join(places) if number == 0 else None


def _fitted(value: str, suffix: str, high: int, *, same: bool) -> str:
    """With the suffix; of the same length where the length is the point."""
    if same or len(value) + len(suffix) > high:
        return value[: max(0, min(len(value), high) - len(suffix))] + suffix
    return value + suffix


def _salted_plain(value: str, number: int, low: int, high: int) -> str | None:
    if not value:
        return None
    suffix = f" {number}"
    if len(value) in (low, high) or len(value) + len(suffix) > high:
        signs = chr(_HAN + number % _HAN_COUNT) + (chr(_HAN + number // _HAN_COUNT) if len(value) > 1 else "")
        return value[: len(value) - len(signs)] + signs
    return value + suffix


def _salted_row(row: WorldRow, salts: dict[FieldName, Salt]) -> WorldRow:
    values = tuple(
        (name, salts[row.entity, name].of(value) if (row.entity, name) in salts else value)
        for name, value in row.values
    )
    return row.model_copy(update={"values": values})


def _salted_input(name: str, value: Any, meant: dict[str, FieldName], salts: dict[FieldName, Salt]) -> Any:
    """An input meant for a salted field, and any that equals a value that was salted."""
    if name in meant and meant[name] in salts:
        return salts[meant[name]].of(value)
    if isinstance(value, str):
        return next((salt.known[value] for salt in salts.values() if value in salt.known), value)
    return value


def _meant_for(schema: Schema, operation: Operation) -> dict[str, FieldName]:
    """Inputs whose value a statement writes into a field as it is."""
    found: dict[str, FieldName] = {}
    for statement in walk_statements(schema.statements.get(operation.id, ())):
        written: Iterable[tuple[str, str, Expression]] = ()
        if isinstance(statement, Create):
            written = ((statement.entity, item.field, item.value) for item in statement.assignments)
        elif isinstance(statement, Set):
            written = ((statement.target.entity, statement.target.name, statement.value),)
        for entity, field, value in written:
            if isinstance(value, Variable):
                found[value.name] = (entity, field)
    return found


def unique_values(world: World) -> set[tuple[str, tuple[Any, ...]]]:
    """What a world holds of things that only one row of a database may hold: (unique, values)."""
    found: set[tuple[str, tuple[Any, ...]]] = set()
    for row in world.rows.values():
        entity = world.schema.entities[row.entity]
        if entity.key.generated is None:
            found.add((entity.id, (row.key,)))
        for unique in world.schema.uniques[row.entity]:
            if not any(isinstance(entity.field(name).type, Reference) for name in unique.fields):
                values = tuple(row.values[name] for name in unique.fields)
                if None not in values:
                    found.add((unique.id, values))
    return found
