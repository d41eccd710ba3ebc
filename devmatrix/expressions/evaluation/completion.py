"""Ask, when an operation is complete, whether every row it touched may be kept."""

from collections.abc import Iterator
from typing import Any

from devmatrix.expressions.evaluation.arithmetic import ComputationError, unbounded
from devmatrix.expressions.evaluation.deletion import dangling
from devmatrix.expressions.evaluation.evaluate import Context, Scope, holds
from devmatrix.expressions.evaluation.limits import breaks_constraint, breaks_type
from devmatrix.expressions.evaluation.refusal import RefusedError
from devmatrix.expressions.evaluation.world import Row, World
from devmatrix.ir.expressions import SELF
from devmatrix.ir.validation import Rule, Unique


def check_completion(world: World, before: World, context: Context) -> None:
    """Raise RefusedError with what is broken first: a null, a bound, a rule, a unique, a key, what restricts."""
    broken = list(dict.fromkeys(_broken(world, before, context)))
    if broken:
        key, node = broken[0]
        raise RefusedError(key, node, others=tuple(other for other, _ in broken[1:]))


def touched(world: World, before: World) -> list[Row]:
    """Rows that were made, or hold something else than before."""
    return [row for row in world.rows.values() if changed(row, before)]


def changed(row: Row, before: World) -> bool:
    """Whether a row is new or differs from what it was."""
    old = before.rows.get(row.label)
    return old is None or old.values != row.values


def _broken(world: World, before: World, context: Context) -> Iterator[tuple[str, str]]:
    rows = touched(world, before)
    for row in rows:
        yield from _broken_fields(world, before, row)
    for row in world.rows.values():
        for rule in world.schema.rules[row.entity]:
            asked = row in rows or _reads_changed(rule, row, world, before)
            if asked and not _keeps(rule, row, world, context):
                yield f"rule:{rule.id}", rule.id
    for row in rows:
        for unique in world.schema.uniques[row.entity]:
            if _taken(unique, row, world):
                yield f"unique:{unique.id}", unique.id
        entity = world.schema.entities[row.entity]
        if entity.key.generated is None and any(
            other.key == row.key and other is not row for other in world.of(row.entity)
        ):
            yield f"key:{row.entity}", entity.id

    for relation in dangling(world):
        yield f"restrict:{relation.id}", relation.id


def _broken_fields(world: World, before: World, row: Row) -> Iterator[tuple[str, str]]:
    """Nulls and bounds of the values that the operation wrote; what stood there before is not asked again."""
    old = before.rows.get(row.label)
    for field in world.schema.stored_fields(row.entity):
        value = row.values[field.name]
        if old is not None and old.values[field.name] == value:
            continue
        if value is None:
            if not field.nullable:
                yield f"null:{row.entity}.{field.name}", field.id
        elif breaks_type(field.type, value) or any(breaks_constraint(item, value) for item in field.constraints):
            yield f"range:{row.entity}.{field.name}", field.id


def _reads_changed(rule: Rule, row: Row, world: World, before: World) -> bool:
    """Whether anything that a rule reads of other rows, or of the row's lists, is not what it was."""
    for way, names in world.schema.ways[rule.id]:
        ends = [row]
        for step in way:
            ends = [other for end in ends for other in _behind(world, end, step.how, step.name)]
        if any(_differs(end, name, world, before) for end in ends for name in names):
            return True
    return False


def _behind(world: World, row: Row, how: str, name: str) -> list[Row]:
    if how == "rows":
        return world.children(world.schema.collections[row.entity, name], row.label)
    held = row.values[name]
    return [world.rows[label] for label in (held if how == "members" else (held,)) if label in world.rows]


def _differs(row: Row, name: str, world: World, before: World) -> bool:
    old = before.rows.get(row.label)
    if old is None:
        return True
    if (child := world.schema.collections.get((row.entity, name))) is not None:
        here, there = world.children(child, row.label), before.children(child, row.label)
        return {item.label for item in here} != {item.label for item in there}
    if world.schema.fields[row.entity, name].role == "updated":
        return changed(row, before)
    return name in row.values and row.values[name] != old.values[name]


def _keeps(rule: Rule, row: Row, world: World, context: Context) -> bool:
    variables: dict[str, Any] = {SELF: row.label}
    try:
        with unbounded():
            return holds(rule.condition, Scope(variables, world, world), context)
    except ComputationError:
        return False


def _taken(unique: Unique, row: Row, world: World) -> bool:
    values = [row.values[name] for name in unique.fields]
    if any(value is None for value in values):
        return False
    return any(
        other is not row and [other.values[name] for name in unique.fields] == values for other in world.of(row.entity)
    )
