"""Calls that must go well although they look odd: nothing changes, nothing is sent, one's own value is kept."""

from dataclasses import replace
from typing import Any

from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Operation
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import continued, happy_situation, title_of
from devmatrix.scenarios.playing.requests import Request, Sent, request_of


def derive_keeping(bench: Bench, operation: Operation) -> None:
    """A scenario for each such call that the operation knows."""
    situation = happy_situation(bench, operation)
    if situation is None:
        return
    if operation.verb in ("update", "patch"):
        _derive_unchanged(bench, operation, situation)
    if operation.verb in ("create", "update"):
        _derive_nulls_apart(bench, operation, situation)
    if operation.verb == "patch" or (operation.verb == "flow" and operation.body):
        _derive_nothing_sent(bench, operation, situation)


def _derive_unchanged(bench: Bench, operation: Operation, situation: Situation) -> None:
    """The values that the row has already: they are its own, and its clock stands still."""
    row = situation.row(situation.addresses[-1][1])
    held = dict(row.values)
    inputs = tuple((i.name, held[i.field]) for i in operation.body if i.field in held)
    same = situation.model_copy(update={"inputs": inputs})
    if bench.trial(operation, same).refusal is not None:
        return
    scene = bench.scene(operation, "unchanged", same)
    scene.act(request_of(operation, scene.stage))
    scene.look()
    title = f"{title_of(operation)}: the same values change nothing"
    bench.keep(scene, title, "effect", operation, bench.ids(operation, "operation", detail=""))


def _derive_nothing_sent(bench: Bench, operation: Operation, situation: Situation) -> None:
    """No body at all is an empty one, where nothing is required."""
    if any(item.required for item in operation.body):
        return
    empty = situation.model_copy(update={"inputs": ()})
    if bench.trial(operation, empty).refusal is not None:
        return
    scene = bench.scene(operation, "nothing-sent", empty)
    request: Request = request_of(operation, scene.stage)
    scene.act(replace(request, body=None))
    if operation.verb == "patch":
        scene.act(replace(request, body={}))
    scene.look()
    title = f"{title_of(operation)}: an empty body is enough"
    bench.keep(scene, title, "effect", operation, bench.ids(operation, "operation", detail=""))


def _derive_nulls_apart(bench: Bench, operation: Operation, situation: Situation) -> None:
    """Two rows without a value do not meet, however unique it is."""
    by_field = {item.field: item for item in operation.body}
    for unique in bench.schema.uniques[operation.entity or ""]:
        item = next((by_field[name] for name in unique.fields if name in by_field and by_field[name].nullable), None)
        if item is None:
            continue
        sent: dict[str, Any] = dict(situation.inputs)
        values = {name: sent.get(by_field[name].name) for name in unique.fields if name in by_field}
        builder = continued(bench, operation, situation)
        builder.row(unique.entity, {**values, item.field or "": None})
        crowded = situation.model_copy(update={"rows": tuple(builder.rows)})
        scene = bench.scene(operation, f"null-apart/{item.wire}", crowded)
        reply = scene.act(request_of(operation, scene.stage).with_member(item.wire, Sent(None)))
        if reply.refusal is None:
            scene.look()
            title = f"{title_of(operation)}: {item.wire} may be null twice"
            bench.keep(scene, title, "unique", operation, bench.ids(operation, "unique", node=unique.id))
