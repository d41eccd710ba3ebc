"""Results with more places than their field: values for which rounding in another way gives something else."""

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, product
from typing import Any, NamedTuple

from devmatrix.expressions.evaluation.arithmetic import ComputationError, rounded_by
from devmatrix.expressions.evaluation.limits import breaks_constraint, breaks_type
from devmatrix.expressions.situations import RowRef, Situation, WorldRow
from devmatrix.ir.api import Operation
from devmatrix.ir.behavior import Create, Let, Set, Statement, walk_statements
from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import (
    Access,
    Binary,
    Call,
    Expression,
    LiteralValue,
    Variable,
    free_variables,
    operands,
    walk,
)
from devmatrix.ir.types import Scalar
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import happy_situation, shown_by, title_of
from devmatrix.scenarios.playing.model import play
from devmatrix.scenarios.playing.requests import request_of
from devmatrix.scenarios.playing.staging import Stage, set_stage
from devmatrix.scenarios.supply.rows import RowBuilder

_TRIES = 200
_UNITS = (5, 15, 50, 4, 1, 3, 125, 333, 1_001, 1_003)
"""Small and odd numbers of a field's last place."""

_COUNTS = (1, 3, 7, 2)
_EVERY = 20
OTHERWISE = (math.floor, round)
"""Ways to round that are not half away from zero: cut off, and half to the even neighbour."""

FieldName = tuple[str, str]


class Rounded(NamedTuple):
    """Fields whose values an operation rounds, and what those are worked out of: fields, and inputs by name."""

    targets: frozenset[FieldName]
    fields: tuple[FieldName, ...]
    inputs: tuple[str, ...]


def derive_rounding(bench: Bench, operation: Operation) -> None:
    """A scenario for an operation that must round, if the happy path does not show how."""
    found = _rounded(bench, operation) if operation.verb not in ("list", "read", "delete") else None
    situation = happy_situation(bench, operation) if found is not None else None
    if found is None or situation is None:
        return
    most = _told(bench, operation, situation, found)
    best: Situation | None = None
    for trial in islice(_trials(bench, operation, situation, found), _TRIES):
        if most == len(OTHERWISE):
            break
        told = _told(bench, operation, trial, found)
        if told > most:
            best, most = trial, told
    if best is not None:
        scene = bench.scene(operation, "rounded", best)
        reply = scene.act(request_of(operation, scene.stage))
        scene.look()
        covers = shown_by(bench, operation, reply)
        bench.keep(scene, f"{title_of(operation)}: what has too many places is rounded", "effect", operation, covers)


def _rounded(bench: Bench, operation: Operation) -> Rounded | None:
    """What is rounded; None where nothing is."""
    statements = list(walk_statements(bench.schema.statements.get(operation.id, ())))
    written = [item for statement in statements for item in _written(statement)]
    changed = {name for name, _ in written}
    computed = [(name, value) for name, value in bench.schema.computed.items() if changed & set(_read(value))]
    found = [
        (name, value) for name, value in (*written, *computed) if _has_more_places(bench.schema.fields[name], value)
    ]
    if not found:
        return None
    named = set[str]().union(*(free_variables(value) for _, value in found))
    between = [s.value for s in statements if isinstance(s, Let) and s.variable in named]
    named = named.union(*map(free_variables, between))
    read = [name for value in (*(value for _, value in found), *between) for name in _read(value)]
    inputs = [i.name for i in operation.body if i.name in named or (operation.entity or "", i.field) in read]
    return Rounded(frozenset(name for name, _ in found), tuple(dict.fromkeys(read)), tuple(inputs))


def _read(value: Expression) -> list[FieldName]:
    """The fields in which a value looks."""
    return [(part.entity, part.name) for part in walk(value) if isinstance(part, Access) and part.how == "value"]


def _written(statement: Statement) -> Iterator[tuple[FieldName, Expression]]:
    if isinstance(statement, Create):
        yield from (((statement.entity, item.field), item.value) for item in statement.assignments)
    elif isinstance(statement, Set):
        yield (statement.target.entity, statement.target.name), statement.value


def _has_more_places(field: Field, value: Expression) -> bool:
    decimal = isinstance(field.type, Scalar) and field.type.name == "decimal"
    return decimal and not isinstance(value, Variable) and _places(value) > (field.type.scale or 0)  # type: ignore[union-attr]


def _places(expression: Expression) -> int:
    """So many places the value may have."""
    inner = [_places(part) for part in operands(expression)]
    match expression:
        case _ if expression.type.kind not in ("decimal", "list"):
            return 0
        case LiteralValue():
            return len(str(expression.value).partition(".")[2])
        case Variable() | Access() if expression.type.scale is not None:
            return expression.type.scale
        case Binary(operator="*"):
            return sum(inner)
        case Binary(operator="/") | Call(function="avg") | Variable():
            return _EVERY
        case _:
            return max(inner, default=0)


def _told(bench: Bench, operation: Operation, situation: Situation, found: Rounded) -> int:
    """So many of the other ways would leave something else; -1 where the call does not succeed."""
    stage = set_stage(bench.schema, "trial", 0, situation, relative=operation.id in bench.relative)
    right = _left(bench, operation, stage, found)
    if right is None:
        return -1
    told = 0
    for way in OTHERWISE:
        with rounded_by(way):
            told += _left(bench, operation, stage, found) != right
    return told


def _left(bench: Bench, operation: Operation, stage: Stage, found: Rounded) -> list[Any] | None:
    """What the rounded fields hold after the call; None where it is refused."""
    reply = play(bench.schema, request_of(operation, stage), stage.world, stage.context)
    if reply.refusal is not None:
        return None
    rows = reply.world.rows.values()
    try:
        return [
            reply.world.value(row, name, stage.context)
            for row in rows
            for entity, name in sorted(found.targets)
            if row.entity == entity
        ]
    except ComputationError:
        return None


def _trials(bench: Bench, operation: Operation, situation: Situation, found: Rounded) -> Iterator[Situation]:
    """The situation with other numbers in what results are worked out of, where they are valid."""
    held = {row.entity for row in situation.rows}
    fields = [name for name in found.fields if name[0] in held and _numbers(bench.schema.fields[name])]
    inputs = [item for item in operation.body if item.name in found.inputs and _numbers(item)]
    choices = [_numbers(bench.schema.fields[name]) for name in fields]
    for places in product(*(range(len(numbers)) for numbers in (*choices, *map(_numbers, inputs)))):
        chosen = {name: (numbers, place) for name, numbers, place in zip(fields, choices, places, strict=False)}
        sent = {i.name: _numbers(i)[place] for i, place in zip(inputs, places[len(fields) :], strict=True)}
        rows = _with(situation.rows, chosen)
        given = tuple((name, sent.get(name, value)) for name, value in situation.inputs)
        if _are_valid(bench, operation, rows, situation.rows):
            yield situation.model_copy(update={"rows": rows, "inputs": given})


def _numbers(item: Any) -> list[Any]:
    """Numbers that a field or an input may hold."""
    if not isinstance(item.type, Scalar) or item.type.name not in ("integer", "decimal"):
        return []
    step = Decimal(1).scaleb(-(item.type.scale or 0))
    numbers: list[Any] = list(_COUNTS) if item.type.name == "integer" else [unit * step for unit in _UNITS]
    rules = item.constraints
    return [n for n in numbers if not breaks_type(item.type, n) and not any(breaks_constraint(r, n) for r in rules)]


def _with(rows: tuple[WorldRow, ...], chosen: dict[FieldName, tuple[list[Any], int]]) -> tuple[WorldRow, ...]:
    """The rows with numbers from a list each, the first of an entity from a place in it, the next from the next."""
    changed: list[WorldRow] = []
    for row in rows:
        number = sum(other.entity == row.entity for other in changed)
        values = dict(row.values)
        for (entity, name), (numbers, place) in chosen.items():
            if entity == row.entity and values.get(name) is not None:
                values[name] = numbers[(place + number) % len(numbers)]
        changed.append(row.model_copy(update={"values": tuple(values.items())}))
    return tuple(changed)


def _are_valid(bench: Bench, operation: Operation, rows: tuple[WorldRow, ...], before: tuple[WorldRow, ...]) -> bool:
    builder = RowBuilder(bench.schema, operation.id in bench.relative, list(rows))
    changed = [row for row, old in zip(rows, before, strict=True) if row != old]
    return all(builder.is_valid(RowRef(label=row.label)) for row in changed)
