"""The way it should go: each operation succeeds, and everything that it does is seen."""

from collections.abc import Iterable
from typing import Any

from devmatrix.artifacts.scenarios import ObligationOutcome
from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Operation
from devmatrix.ir.behavior import walk_statements
from devmatrix.ir.types import Choice, Scalar
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.playing.model import Reply
from devmatrix.scenarios.playing.requests import request_of
from devmatrix.scenarios.supply.defaults import default_situation
from devmatrix.scenarios.supply.rows import RowBuilder
from devmatrix.scenarios.supply.solving import branch_goals, success_goal

_BYSTANDER = 50
"""Where the numbers of rows begin that have no part in a call."""


def happy_situation(bench: Bench, operation: Operation) -> Situation | None:
    """A situation in which the operation succeeds; None, with the reason kept, where none was found."""
    if operation.id not in bench.happy:
        bench.happy[operation.id] = _find(bench, operation)
    return bench.happy[operation.id]


def _find(bench: Bench, operation: Operation) -> Situation | None:
    if operation.verb != "flow":
        for situation in _plain_situations(bench, operation):
            if bench.trial(operation, situation).refusal is None:
                return situation
    found = bench.solve(operation, success_goal())
    if isinstance(found, Situation) and bench.trial(operation, found).refusal is None:
        return found
    for obligation in bench.owed.get(operation.id, ()):
        if obligation.kind in ("operation", "effect", "ensure", "frame"):
            bench.refused(obligation, outcome_of(obligation, found))
    plain = default_situation(bench.schema, operation, relative=operation.id in bench.relative)
    return plain if bench.trial(operation, plain).refusal is None else None


def _plain_situations(bench: Bench, operation: Operation) -> Iterable[Situation]:
    relative = operation.id in bench.relative
    children = operation.verb == "delete"
    plain = default_situation(bench.schema, operation, relative=relative, children=children)
    yield _moved(operation, plain)
    yield plain
    yield default_situation(bench.schema, operation, relative=relative, full=False)


def _moved(operation: Operation, situation: Situation) -> Situation:
    """The same call, with members and truths that differ from those of the row that it changes."""
    if operation.verb not in ("update", "patch") or operation.entity is None:
        return situation
    row = situation.row(situation.addresses[-1][1])
    inputs: list[tuple[str, Any]] = []
    by_name = {item.name: item for item in operation.body}
    for name, value in situation.inputs:
        item = by_name[name]
        others = _alternatives(item.type)
        current = row.value(item.field or "") if others else None
        inputs.append((name, next((other for other in others if other != current), value)))
    return situation.model_copy(update={"inputs": tuple(inputs)})


def _alternatives(of: Any) -> tuple[Any, ...]:
    if isinstance(of, Choice):
        return tuple(member.name for member in of.members)
    return (True, False) if isinstance(of, Scalar) and of.name == "boolean" else ()


def outcome_of(obligation: Any, found: Any) -> ObligationOutcome:
    """What the solver's answer means for an obligation that no scenario covers."""
    implied_by = getattr(found, "implied_by", None)
    if implied_by:
        return ObligationOutcome(obligation=obligation, status="unreachable", implied_by=implied_by)
    silent = "no rows were found, and nothing was found that forbids them"
    reason = silent if implied_by == () else getattr(found, "reason", "the model refuses the situation that was found")
    return ObligationOutcome(obligation=obligation, status="unsolved", reason=reason)


def with_bystanders(bench: Bench, operation: Operation, situation: Situation) -> Situation:
    """The situation and, of everything that the operation writes, a row that it has no business with."""
    written = dict.fromkeys(
        entity for s in walk_statements(bench.schema.statements.get(operation.id, ())) for entity, _ in s.writes
    )
    builder = continued(bench, operation, situation)
    for entity in written:
        builder.row(entity)
    return situation.model_copy(update={"rows": tuple(builder.rows)})


def continued(bench: Bench, operation: Operation, situation: Situation) -> RowBuilder:
    """A builder that goes on where a situation ends."""
    counts = dict.fromkeys(bench.schema.entities, _BYSTANDER)
    return RowBuilder(bench.schema, operation.id in bench.relative, list(situation.rows), counts)


def derive_happy(bench: Bench, operation: Operation) -> None:
    """The happy path, with every effect and all else that is there observed (that of a list: see there)."""
    if operation.verb == "list":
        return
    situation = happy_situation(bench, operation)
    if situation is None:
        return
    scene = bench.scene(operation, "happy", with_bystanders(bench, operation, situation))
    request = request_of(operation, scene.stage)
    known = scene.known(request)
    scene.read(known)
    reply = scene.act(request)
    if operation.verb != "read":
        scene.look()
    scene.read(known)
    covers = [*bench.ids(operation, "operation", detail=""), *shown_by(bench, operation, reply)]
    covers += bench.ids(operation, "frame", detail="")
    counted = scene.count_made()
    bench.keep(scene, f"{title_of(operation)} succeeds", "happy", operation, covers)
    if not counted:
        _derive_count(bench, operation, situation)
    _derive_branches(bench, operation)


def _derive_count(bench: Bench, operation: Operation, situation: Situation) -> None:
    """What the call makes is there once: looked for with nobody beside it, who may have the like."""
    scene = bench.scene(operation, "made-once", situation)
    scene.act(request_of(operation, scene.stage))
    scene.look()
    scene.count_made(own=False)
    bench.keep(scene, f"{title_of(operation)} makes each row once", "effect", operation, ())


def shown_by(bench: Bench, operation: Operation, reply: Reply) -> list[str]:
    """Effects and ensures that a successful call has run through."""
    if reply.refusal is not None:
        return []
    run = set(reply.trace)
    kinds = ("effect", "ensure")
    return [i.id for kind in kinds for i in bench.obligations(operation, kind, detail="") if i.node in run]  # type: ignore[arg-type]


def _derive_branches(bench: Bench, operation: Operation) -> None:
    if not any(
        statement.kind == "when" for statement in walk_statements(bench.schema.statements.get(operation.id, ()))
    ):
        return
    for number, goal in enumerate(branch_goals(bench.application, operation.id), 1):
        found = bench.solve(operation, goal)
        if not isinstance(found, Situation) or bench.trial(operation, found).refusal is not None:
            continue
        scene = bench.scene(operation, f"branch-{number}", found)
        reply = scene.act(request_of(operation, scene.stage))
        scene.look()
        bench.keep(
            scene,
            f"{title_of(operation)} takes branch {number}",
            "effect",
            operation,
            shown_by(bench, operation, reply),
        )


def title_of(operation: Operation) -> str:
    """What people call an operation."""
    return operation.title or operation.name
