"""State machines: every operation that writes a state is called from every state."""

from typing import Any

from devmatrix.artifacts.scenarios import ObligationOutcome
from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Operation
from devmatrix.ir.behavior import StateMachine
from devmatrix.ir.tests import Obligation
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import happy_situation, title_of
from devmatrix.scenarios.playing.requests import request_of
from devmatrix.scenarios.supply.solving import state_goal


def derive_states(bench: Bench, operation: Operation) -> None:
    """A scenario for each change of state that a call may aim at."""
    for obligation in bench.obligations(operation, "edge"):
        machine = next(item for item in bench.application.behavior.machines if obligation.node.startswith(item.id))
        source, _, target = obligation.detail.partition(">")
        situation = _from_state(bench, operation, machine, source, target)
        if situation is None:
            reason = f"no call was found that aims at {target} from {source}"
            bench.refused(obligation, ObligationOutcome(obligation=obligation, status="unsolved", reason=reason))
        else:
            _keep(bench, operation, situation, obligation)


def _keep(bench: Bench, operation: Operation, situation: Situation, obligation: Obligation) -> None:
    scene = bench.scene(operation, f"state/{obligation.detail.replace('>', '-to-')}", situation)
    reply = scene.act(request_of(operation, scene.stage))
    scene.look()
    covers = [obligation.id]
    if reply.refusal is not None:
        covers += bench.ids(operation, "frame", detail="refused")
    title = f"{title_of(operation)}: {obligation.detail.replace('>', ' to ')}"
    bench.keep(scene, title, "state", operation, covers)


def _from_state(
    bench: Bench, operation: Operation, machine: StateMachine, source: str, target: str
) -> Situation | None:
    """The happy call upon a row in this state; a state that the body carries is set to the target."""
    situation = happy_situation(bench, operation)
    item = next((i for i in operation.body if i.field == machine.field and operation.entity == machine.entity), None)
    if situation is not None:
        label = _moving_row(bench, operation, situation, machine)
        if label is not None:
            moved = _placed(situation, machine, label, source)
            if item is not None:
                inputs = {**dict(moved.inputs), item.name: target}
                return moved.model_copy(update={"inputs": tuple(inputs.items())})
            return moved
    found: Any = bench.solve(operation, state_goal(machine.entity, machine.field, source))
    return found if isinstance(found, Situation) else None


def _moving_row(bench: Bench, operation: Operation, situation: Situation, machine: StateMachine) -> str | None:
    """The row whose state the happy call writes."""
    addressed = [
        dict(situation.addresses)[address.variable]
        for address in operation.addresses
        if address.entity == machine.entity
    ]
    if operation.verb in ("update", "patch"):
        return addressed[-1] if addressed else None
    reply = bench.trial(operation, situation)
    moved = [
        row.label
        for row in reply.before.of(machine.entity)
        if row.label in reply.world.rows
        and reply.world.rows[row.label].values[machine.field] != row.values[machine.field]
    ]
    return next(iter([*moved, *addressed]), None)


def _placed(situation: Situation, machine: StateMachine, label: str, state: str) -> Situation:
    rows = tuple(
        row.model_copy(update={"values": tuple((n, state if n == machine.field else value) for n, value in row.values)})
        if row.label == label
        else row
        for row in situation.rows
    )
    return situation.model_copy(update={"rows": rows})
