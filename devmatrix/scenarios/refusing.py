"""Calls that are refused before they begin: absent rows, absent references, and the order in which things are asked."""

from typing import Any

from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Address, Operation
from devmatrix.ir.behavior import Bind, BindMany, Require, walk_statements
from devmatrix.ir.expressions import Variable
from devmatrix.ir.tests import Obligation
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import continued, happy_situation, outcome_of, title_of
from devmatrix.scenarios.inputs import UNKNOWN
from devmatrix.scenarios.playing.requests import Literally, Request, Sent, request_of
from devmatrix.scenarios.playing.scene import Scene
from devmatrix.scenarios.supply.solving import break_goal

_BROKEN_JSON = '{"a": '
_NO_JSON = (_BROKEN_JSON, "\xff\xfe", "{'a': 1}", '{"a": NaN}')


def derive_absent(bench: Bench, operation: Operation) -> None:
    """404 for every row that the path names."""
    situation = happy_situation(bench, operation)
    if situation is None:
        return
    by_variable = {address.variable: address for address in operation.addresses}
    for obligation in bench.obligations(operation, "absent"):
        variable, _, how = obligation.detail.partition(":")
        address = by_variable[variable]
        if how == "other owner":
            _derive_other_owner(bench, operation, situation, address, obligation)
            continue
        scene = bench.scene(operation, f"absent/{variable}" + (f"/{how}" if how else ""), situation)
        key = _malformed(scene, address) if how else scene.stage.absent_key(address.entity)
        scene.act(request_of(operation, scene.stage).at(variable, Literally(key)))
        if operation.method != "GET":
            scene.look(Ref(label) for name, label in situation.addresses if name != variable)
        bench.keep(scene, f"{title_of(operation)}: no such {variable}", "absent", operation, [obligation.id])


def _malformed(scene: Scene, address: Address) -> Any:
    key = scene.schema.entities[address.entity].key
    return "1.5" if key.generated == "integer" else "not-a-key"


def _derive_other_owner(
    bench: Bench, operation: Operation, situation: Situation, address: Address, obligation: Obligation
) -> None:
    """The row is there, but not under the owner that the path names."""
    owner_address = next(item for item in operation.addresses if item.variable == address.owner)
    builder = continued(bench, operation, situation)
    label = dict(situation.addresses)[owner_address.variable]
    values: dict[str, Any] = {}
    link = bench.schema.entities[owner_address.entity].owner_field
    if link is not None:
        values[link.name] = situation.row(label).value(link.name)
    other = builder.row(owner_address.entity, values)
    scene = bench.scene(
        operation,
        f"absent/{address.variable}/other-owner",
        situation.model_copy(update={"rows": tuple(builder.rows)}),
    )
    scene.act(request_of(operation, scene.stage).at(owner_address.variable, Ref(other.label)))
    if operation.method != "GET":
        scene.look()
    title = f"{title_of(operation)}: {address.variable} belongs to another {owner_address.variable}"
    bench.keep(scene, title, "absent", operation, [obligation.id])


def derive_absent_references(bench: Bench, operation: Operation) -> None:
    """The declared refusal for every reference in a body that leads nowhere."""
    situation = happy_situation(bench, operation)
    statements = walk_statements(bench.schema.statements.get(operation.id, ()))
    for obligation in bench.obligations(operation, "absent reference"):
        statement = next(s for s in statements if s.id == obligation.node)
        if not isinstance(statement, Bind | BindMany):
            continue
        if situation is None or not _derive_reference(bench, operation, situation, statement, obligation):
            _derive_solved_reference(bench, operation, statement, obligation)


def _derive_reference(
    bench: Bench, operation: Operation, situation: Situation, statement: Bind | BindMany, obligation: Obligation
) -> bool:
    if not isinstance(statement.by, Variable):
        return False
    item = next((item for item in operation.body if item.name == statement.by.name), None)
    if item is None:
        return False
    scene = bench.scene(operation, f"absent-reference/{item.wire}", situation)
    request = request_of(operation, scene.stage)
    absent = scene.stage.absent_key(statement.entity)
    known = (request.body or {}).get(item.wire) or ()
    value = (*known, absent) if isinstance(statement, BindMany) else absent
    reply = scene.act(request.with_member(item.wire, value))
    if reply.refusal is None or reply.refusal.key != statement.refusal:
        return False
    scene.look()
    title = f"{title_of(operation)}: {item.wire} leads nowhere"
    bench.keep(scene, title, "absent reference", operation, [obligation.id])
    return True


def _derive_solved_reference(
    bench: Bench, operation: Operation, statement: Bind | BindMany, obligation: Obligation
) -> None:
    found = bench.solve(operation, break_goal(statement.refusal))
    if isinstance(found, Situation):
        scene = bench.scene(operation, f"absent-reference/{statement.variable}", found)
        reply = scene.act(request_of(operation, scene.stage))
        if reply.refusal is not None and reply.refusal.key == statement.refusal:
            scene.look()
            title = f"{title_of(operation)}: {statement.variable} is not there"
            bench.keep(scene, title, "absent reference", operation, [obligation.id])
            return
    bench.refused(obligation, outcome_of(obligation, found))


def derive_order(bench: Bench, operation: Operation) -> None:
    """Which refusal comes first."""
    situation = happy_situation(bench, operation)
    if situation is None:
        return
    for obligation in bench.obligations(operation, "order"):
        name = f"order/{obligation.detail.replace(' ', '-')}"
        if obligation.detail == "invalid before refused":
            _derive_invalid_first(bench, operation, situation, obligation, name)
            continue
        scene = bench.scene(operation, name, situation)
        request = request_of(operation, scene.stage)
        for broken in _disordered(scene, request, obligation.detail):
            scene.act(broken)
        if scene.steps:
            title = f"{title_of(operation)}: {obligation.detail}"
            bench.keep(scene, title, "order of refusals", operation, [obligation.id])


def _disordered(scene: Scene, request: Request, detail: str) -> list[Request]:
    operation = request.operation
    body = request.body or {}
    other_type = Request(operation, request.addresses, body, media_type="text/plain")
    if not operation.addresses:
        nowhere = request
    else:
        last = operation.addresses[-1]
        nowhere = request.at(last.variable, Literally(scene.stage.absent_key(last.entity)))
    match detail:
        case "too large":
            limit = scene.schema.application.infrastructure.limits.body
            return [request.in_bytes("[" + " " * limit + "]")]
        case "media type":
            unnamed = Request(operation, request.addresses, body, media_type=None)
            return [other_type, request.in_bytes("a=b", "application/x-www-form-urlencoded"), unnamed]
        case "unreadable":
            return [request.in_bytes(text) for text in _NO_JSON]
        case "absent before media type":
            return [Request(operation, nowhere.addresses, body, media_type="text/plain")]
        case "absent before unreadable":
            return [nowhere.in_bytes(_BROKEN_JSON)]
        case "absent before invalid":
            return [nowhere.with_member(UNKNOWN, Sent(1))]
        case "absent before invalid parameter":
            return [nowhere.asking((UNKNOWN, "1"))]
        case _:
            return []


def _derive_invalid_first(
    bench: Bench, operation: Operation, situation: Situation, obligation: Obligation, name: str
) -> None:
    """A body that is invalid in a situation that would be refused for another reason."""
    refusing = _refused_situation(bench, operation)
    scene = bench.scene(operation, name, refusing or situation)
    request = request_of(operation, scene.stage)
    if refusing is None:
        request = _with_absent_reference(bench, operation, scene, request)
    reply = scene.act(request.with_member(UNKNOWN, Sent(1)))
    if reply.refusal is not None and reply.refusal.key == "invalid":
        scene.look(row for row in scene.world.rows if row in request.addresses.values())
        title = f"{title_of(operation)}: a wrong body is refused before anything is asked"
        bench.keep(scene, title, "order of refusals", operation, [obligation.id])


def _refused_situation(bench: Bench, operation: Operation) -> Situation | None:
    if operation.verb != "flow":
        return None
    for statement in walk_statements(bench.schema.statements.get(operation.id, ())):
        if isinstance(statement, Require):
            found = bench.solve(operation, break_goal(statement.refusal, statement.id))
            if isinstance(found, Situation):
                return found
    return None


def _with_absent_reference(bench: Bench, operation: Operation, scene: Scene, request: Request) -> Request:
    for statement in walk_statements(bench.schema.statements.get(operation.id, ())):
        if isinstance(statement, Bind) and isinstance(statement.by, Variable):
            item = next((item for item in operation.body if item.name == statement.by.name), None)
            if item is not None:
                return request.with_member(item.wire, scene.stage.absent_key(statement.entity))
    return request
