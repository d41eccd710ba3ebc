"""Effects that the happy path does not show: fields left out or cleared, and what a deletion does to others."""

from typing import Any

from devmatrix.artifacts.scenarios import ObligationOutcome
from devmatrix.expressions.situations import RowRef, Situation
from devmatrix.ir.api import Input, Operation
from devmatrix.ir.behavior import Set, Statement, walk_statements
from devmatrix.ir.domain import Relationship
from devmatrix.ir.expressions import free_variables
from devmatrix.ir.tests import Obligation
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import continued, happy_situation, outcome_of, title_of
from devmatrix.scenarios.playing.requests import request_of
from devmatrix.scenarios.supply.defaults import default_situation
from devmatrix.scenarios.supply.solving import success_goal

_RELATIONS = ("cascade", "clears", "removed")


def derive_effects(bench: Bench, operation: Operation) -> None:
    """A scenario for each such effect."""
    situation = happy_situation(bench, operation)
    if situation is None:
        return
    statements = {s.id: s for s in walk_statements(bench.schema.statements.get(operation.id, ()))}
    for obligation in bench.obligations(operation, "effect"):
        if obligation.detail in _RELATIONS:
            _derive_consequence(bench, operation, situation, obligation)
        elif obligation.detail in ("left out", "null"):
            _derive_body(bench, operation, situation, statements[obligation.node], obligation)
    for obligation in bench.obligations(operation, "restrict"):
        _derive_consequence(bench, operation, situation, obligation)


def _derive_body(
    bench: Bench, operation: Operation, situation: Situation, statement: Statement, obligation: Obligation
) -> None:
    optional = tuple(item.name for item in operation.body if not item.required)
    if operation.verb == "create":
        minimal = default_situation(bench.schema, operation, relative=operation.id in bench.relative, full=False)
        _keep_body(
            bench, operation, minimal, success_goal(left_out=optional), obligation, "left-out", "what is left out"
        )
        return
    item = _input_of(operation, statement)
    if item is None:
        return
    name = f"{obligation.detail.replace(' ', '-')}/{item.wire}"
    sent = dict(situation.inputs)
    if obligation.detail == "left out":
        spared = {key: value for key, value in sent.items() if key != item.name}
        goal = success_goal(left_out=(item.name,))
    else:
        spared = {item.name: None} if operation.verb == "patch" else {**sent, item.name: None}
        goal = success_goal(null=(item.name,))
    trial = situation.model_copy(update={"inputs": tuple(spared.items())})
    _keep_body(bench, operation, trial, goal, obligation, name, f"{item.wire} {obligation.detail}")


def _keep_body(
    bench: Bench, operation: Operation, trial: Situation, goal: Any, obligation: Obligation, name: str, what: str
) -> None:
    """The call as it is put together, else as it is solved, when it succeeds."""
    found: Any = trial
    if bench.trial(operation, trial).refusal is not None:
        found = bench.solve(operation, goal)
    if not isinstance(found, Situation) or bench.trial(operation, found).refusal is not None:
        bench.refused(obligation, outcome_of(obligation, found))
        return
    scene = bench.scene(operation, name, found)
    scene.act(request_of(operation, scene.stage))
    scene.look()
    bench.keep(scene, f"{title_of(operation)}: {what}", "effect", operation, [obligation.id])


def _input_of(operation: Operation, statement: Statement) -> Input | None:
    """The body's member that a ``sets`` of an update or patch is about."""
    if not isinstance(statement, Set):
        return None
    by_field = next((item for item in operation.body if item.field == statement.target.name), None)
    read = free_variables(statement.value)
    return by_field or next((item for item in operation.body if item.name in read), None)


def _derive_consequence(bench: Bench, operation: Operation, situation: Situation, obligation: Obligation) -> None:
    """Something is deleted to which another row points."""
    relation = next(item for item in bench.application.domain.relationships if item.id == obligation.node)
    wanted = None if obligation.kind == "effect" else f"restrict:{relation.id}"
    last: Any = None
    for base in _deleting(bench, operation, situation, relation):
        for label in _targets(bench, operation, base, relation):
            pointed = _pointed_at(bench, operation, base, relation, label)
            reply = bench.trial(operation, pointed)
            last = reply.refusal.key if reply.refusal is not None else None
            if last == wanted:
                _keep_consequence(bench, operation, pointed, relation, obligation)
                return
    outcome = ObligationOutcome(
        obligation=obligation, status="unsolved", reason=f"the call ends in {last!r} and not in {wanted!r}"
    )
    if obligation.kind == "effect":
        bench.refused(obligation, outcome)


def _deleting(bench: Bench, operation: Operation, situation: Situation, relation: Relationship) -> list[Situation]:
    if _targets(bench, operation, situation, relation):
        return [situation]
    found = bench.solve(operation, success_goal())
    return [found] if isinstance(found, Situation) else []


def _targets(bench: Bench, operation: Operation, situation: Situation, relation: Relationship) -> list[str]:
    """Rows of the relationship's target that the call deletes."""
    reply = bench.trial(operation, situation)
    return [row.label for row in reply.before.of(relation.target) if row.label not in reply.world.rows]


def _pointed_at(
    bench: Bench, operation: Operation, situation: Situation, relation: Relationship, label: str
) -> Situation:
    """The situation with one more row, which refers to a row that goes."""
    builder = continued(bench, operation, situation)
    target = RowRef(label=label)
    value: Any = (target, builder.row(relation.target)) if relation.kind == "many" else target
    builder.row(relation.source, {relation.name: value})
    return situation.model_copy(update={"rows": tuple(builder.rows)})


def _keep_consequence(
    bench: Bench, operation: Operation, situation: Situation, relation: Relationship, obligation: Obligation
) -> None:
    what = obligation.detail or "restricts"
    scene = bench.scene(operation, f"{what}/{relation.id.rpartition('/')[2].replace(':', '-')}", situation)
    scene.act(request_of(operation, scene.stage))
    scene.look()
    covers = [obligation.id]
    if obligation.kind == "restrict":
        covers += bench.ids(operation, "frame", detail="refused")
    title = f"{title_of(operation)}: {relation.source}.{relation.name} {what}"
    bench.keep(scene, title, "restrict" if obligation.kind == "restrict" else "effect", operation, covers)
