"""Play a situation with the executable model, as the scenarios do: how the call ends."""

import datetime as dt
from typing import Any

from devmatrix.expressions.evaluation.completion import check_completion
from devmatrix.expressions.evaluation.constants import default_value
from devmatrix.expressions.evaluation.evaluate import Context, Ref
from devmatrix.expressions.evaluation.limits import breaks_constraint, breaks_type
from devmatrix.expressions.evaluation.refusal import RefusedError
from devmatrix.expressions.evaluation.schema import Schema, index_application
from devmatrix.expressions.evaluation.statements import Play, play_statements
from devmatrix.expressions.evaluation.world import Row, World
from devmatrix.expressions.situations import NOMINAL_NOW, RowRef, Situation
from devmatrix.expressions.solver import Unreachable, Unsolved
from devmatrix.ir.application import ApplicationIR

SUCCESS = "success"


def outcome(application: ApplicationIR, situation: Situation | Unreachable | Unsolved) -> str:
    """The key of the refusal in which the call ends, or that it succeeds; all rows and inputs are valid before."""
    assert isinstance(situation, Situation), situation
    schema = index_application(application)
    before = _world(schema, situation)
    _check_rows(before)
    operation = application.operation(situation.operation)
    sent = dict(situation.inputs)
    variables: dict[str, Any] = {variable: Ref(label) for variable, label in situation.addresses}
    for item in operation.body:
        default = default_value(item.default, item.type) if item.has_default else None
        variables[item.name] = _plain(before, sent[item.name]) if item.name in sent else default
        if item.name in sent and variables[item.name] is None:
            assert item.nullable, item.name
        if variables[item.name] is not None:
            broken = any(breaks_constraint(constraint, variables[item.name]) for constraint in item.constraints)
            assert not broken, (item.name, variables[item.name])
    world = before.copy()
    play = Play(schema, world, before, variables, frozenset(sent), Context(NOMINAL_NOW))
    try:
        play_statements(play, application.statements(operation))
        check_completion(world, before, Context(NOMINAL_NOW))
    except RefusedError as refused:
        return refused.key
    return SUCCESS


def _world(schema: Schema, situation: Situation) -> World:
    world = World(schema)
    for number, row in enumerate(situation.rows):
        entity = schema.entities[row.entity]
        told = dict(row.values)
        made_keys = {"uuid": f"00000000-0000-4000-8000-{number:012x}", "integer": number + 1}
        key = made_keys[entity.key.generated] if entity.key.generated else told[entity.key.field]
        made = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
        values = {item.name: told[item.name] for item in schema.stored_fields(row.entity)}
        times = {item.role: told[item.name] for item in entity.fields if item.name in told}
        created = times.get("created", made)
        updated = times.get("updated", created)
        assert isinstance(created, dt.datetime)
        assert isinstance(updated, dt.datetime)
        world.add(Row(row.entity, Ref(row.label), key, values, created, updated))
    for stored in world.rows.values():
        stored.values = {name: _label(value) for name, value in stored.values.items()}
    return world


def _label(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_label(item) for item in value)
    return Ref(value.label) if isinstance(value, RowRef) else value


def _plain(world: World, value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(world, item) for item in value)
    return world.rows[Ref(value.label)].key if isinstance(value, RowRef) else value


def _check_rows(world: World) -> None:
    """Nothing is wrong with the rows before the call."""
    seen: set[str] = set()
    for row in world.rows.values():
        for item in world.schema.stored_fields(row.entity):
            value = row.values[item.name]
            assert value is not None or item.nullable, (row.label, item.name)
            if value is None:
                continue
            assert not breaks_type(item.type, value), (row.label, item.name, value)
            assert not any(breaks_constraint(bound, value) for bound in item.constraints), (row.label, item.name, value)
            for target in value if isinstance(value, tuple) else (value,):
                assert not isinstance(target, Ref) or target in seen or target == row.label, (row.label, item.name)
        seen.add(row.label)
    nothing = World(world.schema)
    check_completion(world, nothing, Context(NOMINAL_NOW))
