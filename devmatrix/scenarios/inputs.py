"""What a caller may not send: for each rule of each input values that break it, and some that just do not."""

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from devmatrix.artifacts.scenarios import ScenarioKind
from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Input, Operation
from devmatrix.ir.domain import Field
from devmatrix.ir.tests import Obligation
from devmatrix.ir.types import Many, Reference, Scalar
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import happy_situation, title_of
from devmatrix.scenarios.playing.requests import Request, Sent, request_of
from devmatrix.scenarios.playing.scene import Scene
from devmatrix.scenarios.supply.salting import salt_value, salted_fields
from devmatrix.scenarios.supply.spoiling import Spoiling, spoilings
from devmatrix.scenarios.supply.values import valid_value

_NUMBER = 31
UNKNOWN = "a-member-that-nobody-takes"


def derive_inputs(bench: Bench, operation: Operation) -> None:
    """A scenario for each rule of each input."""
    situation = happy_situation(bench, operation)
    if situation is None:
        return
    inputs = {item.id: item for item in operation.inputs}
    for obligation in bench.obligations(operation, "input"):
        if obligation.node in inputs:
            _derive_rule(bench, operation, situation, inputs[obligation.node], obligation)
        elif obligation.node == operation.id:
            _derive_unknown(bench, operation, situation, obligation)
        else:
            _derive_closed(bench, operation, situation, obligation)


def _derive_rule(bench: Bench, operation: Operation, situation: Situation, item: Input, obligation: Obligation) -> None:
    scene = bench.scene(operation, f"input/{item.wire}/{obligation.detail}", situation)
    request = request_of(operation, scene.stage)
    if item.source == "query":
        refused = _ask_parameter(scene, request, item, obligation.detail)
    else:
        refused = _send_member(bench, scene, request, item, obligation.detail)
    if refused:
        title = f"{title_of(operation)}: {item.wire} must keep its rule ({obligation.detail})"
        bench.keep(scene, title, "invalid input", operation, [obligation.id])


def _send_member(bench: Bench, scene: Scene, request: Request, item: Input, detail: str) -> bool:
    """Send values that break the rule, then some that keep it; whether one was refused as invalid."""
    number = _NUMBER + len(bench.names)
    key = bench.schema.entities[item.type.entity].key_field if isinstance(item.type, Many) else None
    found = _spoilt(item, detail, number, request, key)
    refused = 0
    for broken in found:
        refused += _is_invalid(scene, broken)
    if not refused or detail in ("required", "null"):
        return refused > 0
    for value in spoilings(item, detail, number, key).kept[:6]:
        fresh = _fresh(bench, item, value, number)
        reply = scene.act(request.with_member(item.wire, fresh))
        if reply.refusal is None and request.operation.verb not in ("update", "patch"):
            break
    return True


def _spoilt(item: Input, detail: str, number: int, request: Request, key: Field | None) -> list[Request]:
    if detail == "required":
        return [request.without_member(item.wire), replace(request, body=None)]
    if detail == "null":
        return [request.with_member(item.wire, Sent(None))]
    broken = spoilings(item, detail, number, key).broken
    return [sent for value in broken if (sent := _spoilt_by(request, item.wire, value)) is not None]


def _spoilt_by(request: Request, wire: str, value: Any) -> Request | None:
    """The request with this value; half a surrogate pair travels escaped, in bytes of their own."""
    if not (isinstance(value, Sent) and isinstance(value.value, str) and _is_torn(value.value)):
        return request.with_member(wire, value)
    members = {name: other for name, other in (request.body or {}).items() if name != wire}
    if any(not isinstance(other, str | int | None) for other in members.values()):
        return None
    return request.in_bytes(json.dumps({**members, wire: value.value}))


def _is_torn(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _fresh(bench: Bench, item: Input, value: Any, number: int) -> Any:
    """A value of the scenario's own where others could take it."""
    if isinstance(value, Sent) or (item.entity, item.field) not in salted_fields(bench.schema):
        return value
    salted = salt_value(item.type, item.constraints, value, number)
    return value if salted is None else salted


def _is_invalid(scene: Scene, request: Request) -> bool:
    """Play a spoilt request; keep the call if it is refused as invalid, drop it if the model takes it."""
    steps, replies, world, held = list(scene.steps), list(scene.replies), scene.world, set(scene.held)
    reply = scene.act(request)
    if reply.refusal is not None and reply.refusal.key == "invalid":
        return True
    scene.steps, scene.replies, scene.world, scene.held = steps, replies, world, held
    return False


def _ask_parameter(scene: Scene, request: Request, item: Input, detail: str) -> bool:
    texts = list(dict.fromkeys(_parameter_texts(item, detail)))
    refused = [_is_invalid(scene, request.asking((item.wire, text))) for text in texts]
    return any(refused)


def _parameter_texts(item: Input, detail: str) -> Iterable[str]:
    found: Spoiling = spoilings(item, detail, _NUMBER)
    if detail == "type" and isinstance(item.type, Scalar):
        yield from {"integer": ("one", "", "1.5", " "), "boolean": ("yes", "", "1", "True")}.get(item.type.name, ())
        yield from {"decimal": ("abc", "", "1e1")}.get(item.type.name, ())
        yield "a\x00b"
    if detail == "type" and isinstance(item.type, Reference):
        yield "a\x00b"
    for value in found.broken:
        plain = value.value if isinstance(value, Sent) else value
        if isinstance(plain, str) and not _is_torn(plain):
            yield plain
        elif isinstance(plain, int | Decimal) and not isinstance(plain, bool):
            yield str(plain)


def _derive_unknown(bench: Bench, operation: Operation, situation: Situation, obligation: Obligation) -> None:
    scene = bench.scene(operation, f"input/{obligation.detail}", situation)
    request = request_of(operation, scene.stage)
    if obligation.detail == "unknown parameter":
        refused = _is_invalid(scene, request.asking((UNKNOWN, "1")))
    elif obligation.detail == "parameter twice":
        refused = _is_invalid(scene, request.asking(*_given_twice(operation)))
    else:
        refused = _is_invalid(scene, request.with_member(UNKNOWN, Sent(1)))
        _is_invalid(scene, request.with_member(UNKNOWN, Sent(None)))
    if refused:
        scene.look()
        wrong = "a parameter given twice" if obligation.detail == "parameter twice" else "what nobody takes"
        title = f"{title_of(operation)}: {wrong} is refused"
        covers = [obligation.id, *bench.ids(operation, "frame", detail="refused")]
        bench.keep(scene, title, "invalid input", operation, covers)


def _given_twice(operation: Operation) -> tuple[tuple[str, str], ...]:
    """The first parameter that takes one value only, with a value that it takes where one is known, twice."""
    item = next(item for item in operation.query if not item.repeated)
    value = valid_value(item.type, item.constraints, 1)
    return ((item.wire, str(value)), (item.wire, str(value)))


def _derive_closed(bench: Bench, operation: Operation, situation: Situation, obligation: Obligation) -> None:
    """A field that the caller may not send, even with the value that it has."""
    found = [(name, field) for (name, _), field in bench.schema.fields.items() if field.id == obligation.node]
    if not found:
        return
    entity, field = found[0]
    scene = bench.scene(operation, f"{obligation.detail}/{field.wire}", situation)
    request = request_of(operation, scene.stage)
    values = [_closed_value(scene, entity, field.name), None]
    refused = [_is_invalid(scene, request.with_member(field.wire, Sent(value))) for value in values]
    if any(refused):
        scene.look(row for row in scene.world.rows if row in request.addresses.values())
        kind: ScenarioKind = "immutable" if obligation.detail == "immutable" else "read-only"
        title = f"{title_of(operation)}: {field.wire} is {obligation.detail}"
        bench.keep(scene, title, kind, operation, [obligation.id])


def _closed_value(scene: Scene, entity: str, name: str) -> Any:
    """What the field holds in the addressed row, else a valid value, as JSON."""
    field = scene.schema.fields[entity, name]
    rows = [row for row in scene.world.of(entity) if row.label in dict(scene.stage.situation.addresses).values()]
    if rows:
        value = scene.world.value(rows[0], name, scene.stage.context)
    else:
        value = valid_value(field.type, field.constraints, 1)
    term = scene.wire.term(field.type, value, scene.world)
    if isinstance(field.type, Many):
        return []
    return getattr(term, "value", None) or "2021-03-04T05:30:00Z"
