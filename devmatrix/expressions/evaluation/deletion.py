"""Delete rows as the relationships say: followers go too, others let go, restricting rows refuse in the end."""

from collections.abc import Iterable, Iterator

from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.world import Row, World
from devmatrix.ir.domain import Relationship


def delete_rows(world: World, rows: Iterable[Ref]) -> None:
    """Remove rows and what goes with them; rows that restrict keep pointing at what is gone."""
    for row in rows:
        if row in world.rows:
            _delete_row(world, row)


def dangling(world: World) -> Iterator[Relationship]:
    """The relationships by which a row that is there points at one that is not."""
    for row in world.rows.values():
        for relation in world.schema.pointing_from[row.entity]:
            held = row.values[relation.name]
            if relation.kind != "many" and held is not None and held not in world.rows:
                yield relation


def _delete_row(world: World, first: Ref) -> None:
    going = _closure(world, first)
    for target in going:
        for relation, row in _pointing_at(world, target, going):
            if relation.kind == "many":
                row.values[relation.name] = tuple(label for label in row.values[relation.name] if label not in going)
            elif _rule(relation) == "clears":
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
