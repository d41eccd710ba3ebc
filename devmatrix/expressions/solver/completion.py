"""What is asked of changed rows when the statements are done, and what all rows keep before the call."""

from collections.abc import Iterator
from itertools import combinations

from devmatrix.expressions.solver.deletions import ask_restricting
from devmatrix.expressions.solver.run import Run
from devmatrix.expressions.solver.symbolic.functions import pattern_found, text_length
from devmatrix.expressions.solver.symbolic.interpret import Scope, field_value, holds
from devmatrix.expressions.solver.symbolic.ledger import Ledger
from devmatrix.expressions.solver.symbolic.state import State
from devmatrix.expressions.solver.symbolic.terms import (
    Number,
    Term,
    Truth,
    all_of,
    at_most,
    both,
    choose,
    implies,
    negate,
    total,
)
from devmatrix.expressions.solver.symbolic.unknowns import FORMS, bounds_of, patterns_of
from devmatrix.expressions.solver.symbolic.values import Items, RowId, Scalar, Value, memberships, null_of, only, same
from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import SELF, Access, Expression, walk
from devmatrix.ir.types import ListOf, Many
from devmatrix.ir.types import Scalar as ScalarType
from devmatrix.ir.validation import Length, Rule, Unique


def complete(run: Run) -> None:
    """Ask everything that is asked when an operation is complete."""
    run.iteration = None
    for entity in run.state.start.schema.entities:
        rows = [row for row in run.state.rows(entity) if row in run.changed] if _is_touched(run, entity) else []
        for of in run.state.start.schema.stored_fields(entity):
            written = [row for row in rows if of.name in run.changed[row]]
            if written:
                _ask_field(run, entity, of, written)
    for rule in run.state.start.schema.application.validation.rules:
        if _concerns(run, rule):
            _ask_rule(run, rule)
    for entity in run.state.start.schema.entities:
        if _is_touched(run, entity):
            _ask_keys(run, entity)
    ask_restricting(run)


def _is_touched(run: Run, entity: str) -> bool:
    return any(row.entity == entity for row in run.changed)


def _ask_field(run: Run, entity: str, of: Field, rows: list[RowId]) -> None:
    values = [(run.state.present(row), run.state.get(row, of.name)) for row in rows]
    if not of.nullable:
        fine = all_of(implies(present, negate(null_of(value))) for present, value in values)
        _ask(run, f"null:{entity}.{of.name}", of.id, fine)
    fine = all_of(
        implies(both(present, negate(null_of(value))), within(of, value, run.state.start.ledger))
        for present, value in values
    )
    _ask(run, f"range:{entity}.{of.name}", of.id, fine)


def _ask(run: Run, key: str, node: str, fine: Truth) -> None:
    run.check(key, "", True, fine, node)


def within(of: Field, value: Value, ledger: Ledger) -> Truth:
    """Whether a value keeps the bounds and patterns of a field."""
    if isinstance(value, Items):
        return _list_within(of, value)
    if not isinstance(value, Scalar) or not isinstance(of.type, ScalarType):
        return True
    if of.type.name in ("boolean", "uuid", "json"):
        return True
    low, high = bounds_of(of.type, of.constraints)
    if value.kind != "text":
        return _between(value, value.number, low, high)
    fine: list[Truth] = []
    if not (value.low is not None and low <= value.low and value.high is not None and value.high <= high):
        length = text_length(value, ledger)
        fine.append(_between(value, length, low, high))
    fine += [_keeps(value, regex, ledger) for regex in sorted(patterns_of(of.type, of.constraints) - value.known)]
    return all_of(fine)


def _between(value: Scalar, number: int | Term, low: int, high: int) -> Truth:
    below = value.low is not None and low <= value.low
    above = value.high is not None and value.high <= high
    return both(below or at_most(low, number), above or at_most(number, high))


def _keeps(value: Scalar, regex: str, ledger: Ledger) -> Truth:
    return pattern_found(value, FORMS.get(regex, regex), ledger)


def _list_within(of: Field, value: Items) -> Truth:
    if not isinstance(of.type, ListOf | Many):
        return True
    kept = memberships(value).values() if isinstance(of.type, Many) else [held for held, _ in value.items]
    size = total(choose(held, 1, 0) for held in kept)
    bounds = [item for item in of.constraints if isinstance(item, Length)]
    fine = [
        both(at_most(bound.minimum, size), bound.maximum is None or at_most(size, bound.maximum)) for bound in bounds
    ]
    return all_of(fine)


def _concerns(run: Run, rule: Rule) -> bool:
    touched = {row.entity for row in run.changed} | set(run.removed)
    if rule.entity in {row.entity for row in run.changed}:
        return True
    return any(name in touched for name in _entities_read(run, rule.condition))


def _entities_read(run: Run, expression: Expression) -> Iterator[str]:
    for part in walk(expression):
        if isinstance(part, Access):
            yield part.entity
            row = part.type.item or part.type
            if row.entity is not None:
                yield row.entity
            computed = run.state.start.schema.fields.get((part.entity, part.name))
            if part.how == "value" and computed is not None and computed.computed is not None:
                yield from _entities_read(run, computed.computed)


def _ask_rule(run: Run, rule: Rule) -> None:
    fine = []
    for row in run.state.rows(rule.entity):
        scope = run.scope({SELF: only(row)}, run.state.present(row))
        fine.append(implies(run.state.present(row), holds(rule.condition, scope)))
        run.note_troubles(scope, rule.id)
    _ask(run, f"rule:{rule.id}", rule.id, all_of(fine))


def _ask_keys(run: Run, entity: str) -> None:
    schema = run.state.start.schema
    found = schema.entities[entity]
    changed = [row for row in run.state.rows(entity) if row in run.changed]
    if found.key.generated is None:
        fine = all_of(_apart(run.state, pair, (found.key.field,)) for pair in _pairs(run, entity, changed))
        _ask(run, f"key:{entity}", found.key_field.id, fine)
    for unique in schema.application.uniques_of(entity):
        rows = [row for row in changed if set(unique.fields) & set(run.changed[row]) or "" in run.changed[row]]
        fine = all_of(_apart(run.state, pair, unique.fields) for pair in _pairs(run, entity, rows))
        _ask(run, f"unique:{unique.id}", unique.id, fine)


def _pairs(run: Run, entity: str, changed: list[RowId]) -> list[tuple[RowId, RowId]]:
    return [pair for pair in combinations(run.state.rows(entity), 2) if pair[0] in changed or pair[1] in changed]


def _apart(state: State, pair: tuple[RowId, RowId], fields: tuple[str, ...]) -> Truth:
    one, other = pair
    agree = both(*(_agree(state, one, other, name) for name in fields))
    return negate(both(state.present(one), state.present(other), agree))


def _agree(state: State, one: RowId, other: RowId, name: str) -> Truth:
    return same(state.get(one, name), state.get(other, name))


def keep_start(run: Run, rules: dict[str, tuple[Rule, ...]], uniques: dict[str, tuple[Unique, ...]]) -> None:
    """All rows before the call keep rules, uniqueness and keys; also those that these facts bring in."""
    start, done = run.before.start, set[str]()
    while pending := [entity for entity in start.pools if entity not in done]:
        for entity in pending:
            done.add(entity)
            _bring_in(run, entity)
            for rule in rules.get(entity, ()):
                _keep_rule(run, rule)
            _keep_apart(run, entity, uniques.get(entity, ()))
            _keep_times(run, entity)


def _bring_in(run: Run, entity: str) -> None:
    """References to entities whose rows must keep rules are not left to chance."""
    start = run.before.start
    for of in start.schema.stored_fields(entity):
        target = of.target
        if of.type.kind == "reference" and not of.nullable and target and _is_ruled(run, target, set()):
            for row in start.pool(entity):
                start.read(row, of.name)


def _is_ruled(run: Run, entity: str, seen: set[str]) -> bool:
    if entity in seen:
        return False
    seen.add(entity)
    schema = run.before.start.schema
    if schema.rules.get(entity):
        return True
    required = (of.target for of in schema.stored_fields(entity) if of.type.kind == "reference" and not of.nullable)
    return any(_is_ruled(run, target, seen) for target in required if target)


def _keep_rule(run: Run, rule: Rule) -> None:
    start = run.before.start
    for row in start.pool(rule.entity):
        scope = Scope({SELF: only(row)}, run.before, run.before, start.presence[row], run.scope({}, True).troubles)
        start.ledger.learn(rule.id, implies(start.presence[row], holds(rule.condition, scope)))
        for guard, fine in scope.troubles.found:
            start.ledger.learn(rule.id, implies(guard, fine))


def _keep_apart(run: Run, entity: str, uniques: tuple[Unique, ...]) -> None:
    start = run.before.start
    found = start.schema.entities[entity]
    groups = [(unique.id, unique.fields) for unique in uniques]
    if found.key.generated is None:
        groups.append((found.key_field.id, (found.key.field,)))
    for node, fields in groups:
        for pair in combinations(start.pool(entity), 2):
            start.ledger.learn(node, _apart(run.before, pair, fields))


def _keep_times(run: Run, entity: str) -> None:
    """Rows stand in the order of their creation, and none is made, or changed, after now or before it was made."""
    start = run.before.start
    pool = start.pool(entity)
    roles = {of.role: of.name for of in start.schema.entities[entity].fields if of.role in ("created", "updated")}
    read = {role: name for role, name in roles.items() if (pool[0], name) in start.values}
    times = {role: [_instant(run, row, name) for row in pool] for role, name in read.items()}
    for earlier, later in zip(times.get("created", ()), times.get("created", ())[1:], strict=False):
        start.ledger.learn("", at_most(earlier, later))
    for made, changed in zip(times.get("created", ()), times.get("updated", ()), strict=False):
        start.ledger.learn("", at_most(made, changed))
    for instant in (*times.get("created", ()), *times.get("updated", ())):
        start.ledger.learn("", at_most(instant, -1))


def _instant(run: Run, row: RowId, name: str) -> Number:
    value = field_value(row, name, run.scope({}, True))
    return value.number if isinstance(value, Scalar) else 0
