"""Take rows away with all that follows: what goes with them, what is cleared, and what forbids it."""

from devmatrix.expressions.solver.counts import cascades
from devmatrix.expressions.solver.run import Effect, Run
from devmatrix.expressions.solver.symbolic.terms import Truth, any_of, both, negate
from devmatrix.expressions.solver.symbolic.values import Items, Row, RowId, memberships, only
from devmatrix.ir.base import NodeId
from devmatrix.ir.domain import Relationship

DEPTH = 12


def delete_rows(run: Run, statement: NodeId, chosen: dict[RowId, Truth]) -> None:
    """Remove each row where its condition holds."""
    gone = {row: both(guard, run.state.present(row)) for row, guard in chosen.items()}
    reached = _spread(run, statement, gone)
    effect = any_of(chosen.values())
    for row, guard in gone.items():
        run.removed.setdefault(row.entity)
        run.state.remove(guard, row)
    run.effects.append(Effect(statement, effect, effect))
    for relation in reached:
        if not cascades(relation):
            _release(run, statement, relation, gone)
    for entity in dict.fromkeys(row.entity for row in gone):
        for relation in run.state.start.schema.pointing_at[entity]:
            if relation.kind == "many" and run.state.start.schema.fields[relation.source, relation.name].constraints:
                _take_out(run, relation, gone)


def _spread(run: Run, statement: NodeId, gone: dict[RowId, Truth]) -> list[Relationship]:
    """Add what goes with the rows; the relationships that lead to any of them."""
    reached: list[Relationship] = []
    pending = list(dict.fromkeys(row.entity for row in gone))
    for _ in range(DEPTH):
        if not pending:
            break
        for relation in run.state.start.schema.pointing_at[pending.pop(0)]:
            if relation.kind == "many":
                continue
            if relation not in reached:
                reached.append(relation)
            if cascades(relation) and _carry(run, statement, relation, gone):
                pending.append(relation.source)
    return reached


def _carry(run: Run, statement: NodeId, relation: Relationship, gone: dict[RowId, Truth]) -> bool:
    found: list[Truth] = []
    grown = False
    for row in run.state.rows(relation.source):
        follows = both(run.state.present(row), pointing(run, relation, row, gone))
        if follows is not False:
            grown = grown or row not in gone
            gone[row] = any_of((gone.get(row, False), follows))
            found.append(follows)
    if grown:
        run.effects.append(Effect(f"{statement}|{relation.id}", True, any_of(found)))
    return grown


def pointing(run: Run, relation: Relationship, row: RowId, gone: dict[RowId, Truth]) -> Truth:
    """Whether the row refers to one that goes."""
    value = run.state.get(row, relation.name)
    if not isinstance(value, Row):
        return False
    return any_of(both(held, gone[target]) for target, held in value.choices if target in gone)


def _take_out(run: Run, relation: Relationship, gone: dict[RowId, Truth]) -> None:
    """A row that goes leaves the many lists that it is in."""
    for row in run.state.rows(relation.source):
        old = run.state.get(row, relation.name)
        if isinstance(old, Items):
            kept = [
                (both(held, negate(gone.get(member, False))), only(member)) for member, held in memberships(old).items()
            ]
            run.state.written[row, relation.name] = Items(tuple(kept))
            run.touch(row, relation.name)


def _release(run: Run, statement: NodeId, relation: Relationship, gone: dict[RowId, Truth]) -> None:
    """Clear the references to rows that go; whether one that restricts is left is asked in the end."""
    if relation.on_delete == "restricts":
        run.restricted.append((relation, statement, dict(gone)))
        return
    left = {
        row: both(run.state.present(row), pointing(run, relation, row, gone)) for row in run.state.rows(relation.source)
    }
    for row, guard in left.items():
        if guard is not False:
            run.state.put(guard, row, relation.name, Row(relation.target, ()))
            run.touch(row, relation.name)
    run.effects.append(Effect(f"{statement}|{relation.id}", True, any_of(left.values())))


def ask_restricting(run: Run) -> None:
    """Refuse where a row that is still there refers to one that went."""
    for relation, statement, gone in run.restricted:
        left = (
            both(run.state.present(row), pointing(run, relation, row, gone)) for row in run.state.rows(relation.source)
        )
        run.check(f"restrict:{relation.id}", statement, any_of(gone.values()), negate(any_of(left)), relation.id)
