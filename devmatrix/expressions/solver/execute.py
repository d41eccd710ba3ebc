"""Run an operation's statements over unknown rows: what it checks, in order, and what it changes."""

from collections.abc import Callable
from typing import Any

from devmatrix.expressions.evaluation.constants import default_value
from devmatrix.expressions.solver.deletions import delete_rows
from devmatrix.expressions.solver.run import Check, Effect, Move, Run
from devmatrix.expressions.solver.symbolic.arithmetic import fitted
from devmatrix.expressions.solver.symbolic.constants import lowered
from devmatrix.expressions.solver.symbolic.interpret import field_value, holds, interpret
from devmatrix.expressions.solver.symbolic.terms import Truth, all_of, any_of, both, either, equal, implies, negate
from devmatrix.expressions.solver.symbolic.values import (
    Items,
    NotLowered,
    Row,
    RowId,
    Scalar,
    Value,
    differs,
    memberships,
    null_of,
    only,
    same,
)
from devmatrix.ir.behavior import (
    Add,
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
from devmatrix.ir.expressions import SELF
from devmatrix.ir.types import Many, Reference
from devmatrix.ir.values import Constant


def run_statements(run: Run, statements: tuple[Statement, ...], variables: dict[str, Value], guard: Truth) -> None:
    """Run statements one after the other, where the condition holds."""
    for statement in statements:
        run.asked.setdefault(statement.id, []).append(run.scope(dict(variables), guard))
        _RUNNERS[statement.kind](run, statement, variables, guard)


def _bind(run: Run, statement: Bind, variables: dict[str, Value], guard: Truth) -> None:
    by = run.value(statement, statement.by, variables, guard)
    row = _found(run, statement.entity, by)
    fine = negate(row.null)
    run.check(statement.refusal, statement.id, guard, either(fine, null_of(by)) if statement.optional else fine)
    variables[statement.variable] = row


def _found(run: Run, entity: str, key: Value) -> Row:
    name = run.state.start.schema.entities[entity].key.field
    scope = run.scope({}, guard=True)
    choices = [
        (row, both(run.state.present(row), same(field_value(row, name, scope), key)))
        for row in run.state.start.pool(entity)
    ]
    return Row(entity, tuple((row, held) for row, held in choices if held is not False))


def _bind_many(run: Run, statement: BindMany, variables: dict[str, Value], guard: Truth) -> None:
    keys = run.value(statement, statement.by, variables, guard)
    items = keys.items if isinstance(keys, Items) else ()
    found = [(held, _found(run, statement.entity, key)) for held, key in items]
    run.check(statement.refusal, statement.id, guard, all_of(implies(held, negate(row.null)) for held, row in found))
    variables[statement.variable] = Items(tuple(found))


def _require(run: Run, statement: Require | Ensure, variables: dict[str, Value], guard: Truth) -> None:
    scope = run.scope(dict(variables), guard)
    fine = holds(statement.condition, scope)
    run.note_troubles(scope, statement.id)
    run.checks.append(
        Check(statement.refusal, statement.id, statement.id, guard, fine, run.iteration, statement.condition, scope)
    )


def _let(run: Run, statement: Let, variables: dict[str, Value], guard: Truth) -> None:
    variables[statement.variable] = run.value(statement, statement.value, variables, guard)


def _for_each(run: Run, statement: ForEach, variables: dict[str, Value], guard: Truth) -> None:
    items = run.value(statement, statement.range, variables, guard)
    outer = run.iteration
    rounds = run.rounds.setdefault(statement.id, [])
    for place, (held, item) in enumerate(items.items if isinstance(items, Items) else ()):
        run.iteration = place
        rounds.append(both(guard, held))
        run_statements(run, statement.body, {**variables, statement.variable: item}, both(guard, held))
    run.iteration = outer


def _when(run: Run, statement: When, variables: dict[str, Value], guard: Truth) -> None:
    scope = run.scope(dict(variables), guard)
    met = holds(statement.condition, scope)
    run.note_troubles(scope, statement.id)
    for chosen, body, taken in ((True, statement.body, met), (False, statement.otherwise, negate(met))):
        inner = both(guard, taken)
        run.branches.setdefault((statement.id, chosen), []).append(inner)
        run_statements(run, body, dict(variables), inner)


def _create(run: Run, statement: Create, variables: dict[str, Value], guard: Truth) -> None:
    start, entity = run.state.start, statement.entity
    start.pool(entity)
    row = run.state.make(entity, guard)
    run.touch(row, "")
    start.key_of(row)
    given = {assignment.field: assignment.value for assignment in statement.assignments}
    fields = start.schema.stored_fields(entity)
    for item in fields:
        if item.name in given:
            value = run.value(statement, given[item.name], variables, guard)
            _write(run, row, item.name, value, guard=True)
    for item in fields:
        if item.name not in given:
            _write(run, row, item.name, _left_out(run, row, item, guard), guard=True)
    if statement.variable is not None:
        variables[statement.variable] = Row(entity, ((row, guard),)) if guard is not True else only(row)
    run.effects.append(Effect(statement.id, guard, guard))


def _left_out(run: Run, row: RowId, item: Any, guard: Truth) -> Value:
    if item.copied_from is not None:
        return interpret(item.copied_from, run.scope({SELF: only(row)}, guard))
    default: Constant = () if isinstance(item.type, Many) else item.default
    return lowered(run.state.start.ledger, default_value(default, item.type), item.type)


def _write(run: Run, row: RowId, name: str, value: Value, guard: Truth) -> None:
    of = run.state.start.schema.fields[row.entity, name].type
    if isinstance(of, Reference) and not isinstance(value, Row):
        value = Row(of.entity, ())
    run.state.put(guard, row, name, fitted(of, value))
    run.touch(row, name)


def _set(run: Run, statement: Set, variables: dict[str, Value], guard: Truth) -> None:
    if statement.when_given is not None:
        guard = both(guard, run.state.start.inputs[statement.when_given].sent)
    target = run.value(statement, statement.target.operand, variables, guard)
    value = run.value(statement, statement.value, variables, guard)
    if not isinstance(target, Row):
        raise NotLowered("a field of what is no row is set")
    name = statement.target.name
    run.check(f"null:{statement.target.entity}.{name}", statement.id, guard, negate(target.null))
    machine = run.state.start.schema.machines.get((statement.target.entity, name))
    seen: list[Truth] = []
    for row, chosen in target.choices:
        asked = both(guard, chosen)
        old = run.state.get(row, name)
        if machine is not None:
            _check_move(run, statement, row, value, asked)
        _write(run, row, name, value, asked)
        seen.append(both(asked, differs(old, run.state.get(row, name))))
    run.effects.append(Effect(statement.id, guard, any_of(seen)))


def _check_move(run: Run, statement: Set, row: RowId, value: Value, guard: Truth) -> None:
    entity, name = statement.target.entity, statement.target.name
    machine = run.state.start.schema.machines[entity, name]
    old, ledger = run.state.get(row, name), run.state.start.ledger
    if not isinstance(old, Scalar) or not isinstance(value, Scalar):
        raise NotLowered("a state that is no member")
    edges = [
        both(equal(old.term, ledger.code(edge.source)), equal(value.term, ledger.code(edge.target)))
        for edge in machine.edges
    ]
    fine = either(null_of(value), null_of(old), equal(old.term, value.term), *edges)
    run.check(f"state:{entity}.{name}", statement.id, guard, fine, machine.id)
    run.moves.append(Move(entity, name, statement.id, guard, run.before.get(row, name), value))


def _delete(run: Run, statement: Delete, variables: dict[str, Value], guard: Truth) -> None:
    target = run.value(statement, statement.target, variables, guard)
    chosen = {row: both(guard, held) for row, held in _rows_of(target).items()}
    delete_rows(run, statement.id, chosen)


def _rows_of(value: Value) -> dict[RowId, Truth]:
    if isinstance(value, Items):
        return memberships(value)
    return dict(value.choices) if isinstance(value, Row) else {}


def _add(run: Run, statement: Add, variables: dict[str, Value], guard: Truth) -> None:
    item = run.value(statement, statement.item, variables, guard)
    _change_list(run, statement, variables, guard, item, added=True)


def _remove(run: Run, statement: Remove, variables: dict[str, Value], guard: Truth) -> None:
    item = run.value(statement, statement.item, variables, guard)
    _change_list(run, statement, variables, guard, item, added=False)


def _change_list(
    run: Run, statement: Add | Remove, variables: dict[str, Value], guard: Truth, item: Value, *, added: bool
) -> None:
    target = run.value(statement, statement.target.operand, variables, guard)
    name = statement.target.name
    seen: list[Truth] = []
    for row, chosen in target.choices if isinstance(target, Row) else ():
        asked = both(guard, chosen, negate(null_of(item)))
        old = run.state.get(row, name)
        items = old if isinstance(old, Items) else Items(())
        new = _with_item(items, item, asked) if added else _without_item(items, item, asked)
        run.state.written[row, name] = new
        run.touch(row, name)
        seen.append(both(asked, differs(items, new)))
    run.effects.append(Effect(statement.id, guard, any_of(seen)))


def _with_item(items: Items, item: Value, guard: Truth) -> Items:
    if not isinstance(item, Row):
        return Items((*items.items, (guard, item)), items.null)
    held = memberships(items)
    for row, chosen in item.choices:
        held[row] = either(held.get(row, False), both(guard, chosen))
    return Items(tuple((kept, only(row)) for row, kept in held.items()), items.null)


def _without_item(items: Items, item: Value, guard: Truth) -> Items:
    kept = ((both(held, negate(both(guard, same(item, other)))), other) for held, other in items.items)
    return Items(tuple(kept), items.null)


_RUNNERS: dict[str, Callable[[Run, Any, dict[str, Value], Truth], None]] = {
    "bind": _bind,
    "bind many": _bind_many,
    "require": _require,
    "let": _let,
    "for each": _for_each,
    "when": _when,
    "create": _create,
    "set": _set,
    "delete": _delete,
    "add": _add,
    "remove": _remove,
    "ensure": _require,
}
