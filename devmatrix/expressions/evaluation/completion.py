"""Ask, when an operation is complete, whether every row it touched may be kept."""

from collections.abc import Iterator
from typing import Any

from devmatrix.expressions.evaluation.arithmetic import ComputationError
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
            if not _keeps(rule, row, world, context) and (
                row in rows or row.label not in before.rows or _keeps(rule, before.rows[row.label], before, context)
            ):
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


def _keeps(rule: Rule, row: Row, world: World, context: Context) -> bool:
    variables: dict[str, Any] = {SELF: row.label}
    try:
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
