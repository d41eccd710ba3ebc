"""Delete rows as the relationships say: children and followers go too, restricting rows refuse, others let go."""

from collections.abc import Iterable

from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.refusal import RefusedError
from devmatrix.expressions.evaluation.world import Row, World
from devmatrix.ir.base import NodeId
from devmatrix.ir.domain import Relationship


def delete_rows(world: World, rows: Iterable[Ref], statement: NodeId) -> None:
    """Remove rows and what goes with them; RefusedError where a row that stays restricts it."""
    for row in rows:
        if row in world.rows:
            _delete_row(world, row, statement)


def _delete_row(world: World, first: Ref, statement: NodeId) -> None:
    going = _closure(world, first)
    pointing = [(relation, row) for target in going for relation, row in _pointing_at(world, target, going)]
    restricting = [relation.id for relation, _ in pointing if _rule(relation) == "restricts"]
    if restricting:
        raise RefusedError(f"restrict:{restricting[0]}", statement, others=_others(restricting))
    for relation, row in pointing:
        if relation.kind == "many":
            row.values[relation.name] = tuple(label for label in row.values[relation.name] if label not in going)
        elif relation.fk_field is not None:
            row.values[relation.name] = None
    for label in going:
        del world.rows[label]


def _closure(world: World, first: Ref) -> dict[Ref, None]:
    going: dict[Ref, None] = {first: None}
    waiting = [first]
    while waiting:
        target = waiting.pop()
        for relation, row in _pointing_at(world, target, going):
            if _rule(relation) == "deletes with it":
                going[row.label] = None
                waiting.append(row.label)
    return going


def _pointing_at(world: World, target: Ref, going: dict[Ref, None]) -> list[tuple[Relationship, Row]]:
    """Rows that stay and point at the target, each with the relationship by which it does."""
    found = []
    for relation in world.schema.pointing_at[world.rows[target].entity]:
        for row in world.of(relation.source):
            held = row.values[relation.name]
            if row.label not in going and (target in held if relation.kind == "many" else held == target):
                found.append((relation, row))
    return found


def _rule(relation: Relationship) -> str:
    if relation.kind == "owner":
        return "deletes with it"
    return "takes out" if relation.kind == "many" else relation.on_delete


def _others(keys: list[str]) -> tuple[str, ...]:
    return tuple(f"restrict:{key}" for key in dict.fromkeys(keys[1:]) if key != keys[0])
