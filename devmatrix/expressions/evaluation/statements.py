"""Play the statements of an operation over a world: each statement by its kind, refusals as they come."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from devmatrix.expressions.evaluation.arithmetic import ComputationError
from devmatrix.expressions.evaluation.deletion import delete_rows
from devmatrix.expressions.evaluation.evaluate import Context, Ref, Scope, evaluate, holds
from devmatrix.expressions.evaluation.refusal import RefusedError
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import NewKey, Row, World, fitted
from devmatrix.ir.behavior import (
    Add,
    Assignment,
    Bind,
    BindMany,
    Create,
    Delete,
    Ensure,
    ForEach,
    Let,
    Remove,
    Require,
    Set,
    Statement,
    When,
)
from devmatrix.ir.domain import Entity
from devmatrix.ir.expressions import SELF, free_variables


@dataclass
class Play:
    """An operation under way. ``given`` names the inputs that the caller sent."""

    schema: Schema
    world: World
    before: World
    variables: dict[str, Any]
    given: frozenset[str]
    context: Context
    trace: list[str] | None = None
    rehashed: set[Ref] = field(default_factory=set)
    """Rows of which a value was set that is kept as a hash: whether what is stored differs is not known."""

    @property
    def scope(self) -> Scope:
        """What an expression sees now."""
        return Scope(self.variables, self.world, self.before)

    def value(self, expression: Any) -> Any:
        """The value of an expression now."""
        return evaluate(expression, self.scope, self.context)


def play_statements(play: Play, statements: Iterable[Statement]) -> None:
    """Carry out statements in their order; raises RefusedError at the first that says no."""
    for statement in statements:
        if play.trace is not None:
            play.trace.append(statement.id)
        try:
            _PLAYERS[statement.kind](play, statement)
        except ComputationError as error:
            raise RefusedError("arithmetic", statement.id) from error


def _bind(play: Play, statement: Bind) -> None:
    key = play.value(statement.by)
    if key is None and statement.optional:
        play.variables[statement.variable] = None
        return
    play.variables[statement.variable] = _found(play, statement, key)


def _bind_many(play: Play, statement: BindMany) -> None:
    keys = play.value(statement.by) or ()
    play.variables[statement.variable] = tuple(_found(play, statement, key) for key in keys)


def _found(play: Play, statement: Bind | BindMany, key: Any) -> Ref:
    row = None if key is None else play.world.find(statement.entity, key)
    if row is None:
        raise RefusedError(statement.refusal, statement.id)
    return row


def _require(play: Play, statement: Require | Ensure) -> None:
    if not holds(statement.condition, play.scope, play.context):
        raise RefusedError(statement.refusal, statement.id)


def _let(play: Play, statement: Let) -> None:
    play.variables[statement.variable] = play.value(statement.value)


def _for_each(play: Play, statement: ForEach) -> None:
    outer = play.variables
    for item in play.value(statement.range) or ():
        play.variables = {**outer, statement.variable: item}
        play_statements(play, statement.body)
    play.variables = outer


def _when(play: Play, statement: When) -> None:
    outer = play.variables
    play.variables = dict(outer)
    play_statements(
        play, statement.body if holds(statement.condition, play.scope, play.context) else statement.otherwise
    )
    play.variables = outer


def _create(play: Play, statement: Create) -> None:
    entity = play.schema.entities[statement.entity]
    early = [item for item in statement.assignments if SELF not in free_variables(item.value)]
    values = {item.field: _stored(play, entity, item) for item in early}
    label = play.world.next_label()
    key = NewKey(label) if entity.key.generated else values.get(entity.key.field)
    everything = {item.name: values.get(item.name) for item in play.schema.stored_fields(entity.name)}
    row = Row(entity.name, label, key, everything, play.context.now, play.context.now, made=True)
    play.world.add(row)
    outer = play.variables
    play.variables = {**outer, SELF: label}
    for item in statement.assignments:
        if item not in early:
            row.values[item.field] = _stored(play, entity, item)
    play.variables = outer
    if statement.variable is not None:
        outer[statement.variable] = label


def _stored(play: Play, entity: Entity, item: Assignment) -> Any:
    return fitted(play.schema.fields[entity.name, item.field], play.value(item.value))


def _set(play: Play, statement: Set) -> None:
    if statement.when_given is not None and statement.when_given not in play.given:
        return
    owner = play.value(statement.target.operand)
    row = play.world.rows.get(owner)
    if row is None:
        raise RefusedError(f"null:{statement.target.entity}.{statement.target.name}", statement.id)
    name = statement.target.name
    value = fitted(play.schema.fields[row.entity, name], play.value(statement.value))
    machine = play.schema.machines.get((row.entity, name))
    if machine is not None and value is not None and not machine.allows(row.values[name], value):
        raise RefusedError(f"state:{row.entity}.{name}", statement.id)
    row.values[name] = value
    if value is not None and play.schema.fields[row.entity, name].keeping != "plain":
        play.rehashed.add(row.label)
    if name == play.schema.entities[row.entity].key.field:
        row.key = value


def _delete(play: Play, statement: Delete) -> None:
    target = play.value(statement.target)
    rows = target if isinstance(target, tuple) else (target,)
    delete_rows(play.world, rows)


def _add(play: Play, statement: Add) -> None:
    row = play.world.rows[play.value(statement.target.operand)]
    items = row.values[statement.target.name] or ()
    item = play.value(statement.item)
    if statement.target.how != "members" or item not in items:
        row.values[statement.target.name] = (*items, item)


def _remove(play: Play, statement: Remove) -> None:
    row = play.world.rows[play.value(statement.target.operand)]
    item = play.value(statement.item)
    row.values[statement.target.name] = tuple(old for old in row.values[statement.target.name] or () if old != item)


_PLAYERS: dict[str, Callable[[Play, Any], None]] = {
    "bind": _bind,
    "bind many": _bind_many,
    "require": _require,
    "ensure": _require,
    "let": _let,
    "for each": _for_each,
    "when": _when,
    "create": _create,
    "set": _set,
    "delete": _delete,
    "add": _add,
    "remove": _remove,
}
