"""The executable model: a request played over a world gives the reply that a right application gives."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devmatrix.expressions.evaluation.arithmetic import ComputationError
from devmatrix.expressions.evaluation.completion import changed, check_completion
from devmatrix.expressions.evaluation.evaluate import Context, Ref, evaluate, holds
from devmatrix.expressions.evaluation.inputs import InvalidError, read_body
from devmatrix.expressions.evaluation.refusal import RefusedError
from devmatrix.expressions.evaluation.schema import Schema, index_application
from devmatrix.expressions.evaluation.statements import Play, play_statements
from devmatrix.expressions.evaluation.world import Row, World
from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Answer, Cause, Operation, Refusal
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.types import Scalar
from devmatrix.scenarios.playing.lists import Page, read_page
from devmatrix.scenarios.playing.requests import Literally, Request, Sent, request_of
from devmatrix.scenarios.playing.staging import set_stage

_RANKS = tuple(Cause)
_UNCERTAIN = dt.timedelta(days=1)
"""Added to a clock that may or may not have moved."""


@dataclass(frozen=True)
class Reply:
    """What a right application answers, and the world after it.

    ``refusal`` None: it says yes. ``certain`` False: several things are broken at once, and any may be named.
    ``value``: what the answer shows (a row, rows, a value); ``page`` that of a list.
    """

    operation: Operation
    status: int
    refusal: Refusal | None
    world: World
    before: World
    variables: Mapping[str, Any]
    certain: bool = True
    answer: Answer | None = None
    value: Any = None
    page: Page | None = None
    trace: tuple[str, ...] = ()


def play(schema: Schema, request: Request, world: World, context: Context) -> Reply:
    """The reply to a request; the given world is left as it is."""
    operation = request.operation
    variables: dict[str, Any] = {}
    trace: list[str] = []
    try:
        _measure(schema, request)
        variables |= _addressed(schema, request, world)
        values, given = _read(schema, request)
        if operation.verb == "list":
            page = read_page(schema, request, world, variables, context)
            _work_out(world, page.items, context)
            return Reply(operation, 200, None, world, world, variables, answer=operation.answers[0], page=page)
        course = Play(schema, world.copy(), world, variables | values, frozenset(given), context, trace=trace)
        play_statements(course, schema.statements.get(operation.id, ()))
        _touch(course, world)
        check_completion(course.world, world, context)
        return _accepted(operation, course, world, tuple(trace))
    except RefusedError as error:
        return _refused(operation, error, world, variables, tuple(trace))
    except ComputationError:
        return _refused(operation, RefusedError("arithmetic", operation.id), world, variables, tuple(trace))


def play_situation(application: ApplicationIR, situation: Situation) -> Reply:
    """The reply to a situation's call."""
    schema = index_application(application)
    stage = set_stage(schema, "situation", 0, situation, relative=True)
    request = request_of(application.operation(situation.operation), stage)
    return play(schema, request, stage.world, stage.context)


def _work_out(world: World, shown: tuple[Any, ...], context: Context) -> None:
    """ComputationError where an answer would show a computed field that has no value."""
    for row in (world.rows[label] for label in shown if isinstance(label, Ref) and label in world.rows):
        for field in world.schema.entities[row.entity].fields:
            if field.computed is not None:
                world.shown(row, field.name, context)


def _reads_body(operation: Operation) -> bool:
    if operation.verb == "flow":
        return operation.method in ("POST", "PUT", "PATCH")
    return operation.verb in ("create", "update", "patch")


def _measure(schema: Schema, request: Request) -> None:
    limit = schema.application.infrastructure.limits.body
    if request.raw is not None and len(request.raw) > limit and _reads_body(request.operation):
        raise RefusedError("too large", request.operation.id)


def _addressed(schema: Schema, request: Request, world: World) -> dict[str, Ref]:
    found: dict[str, Ref] = {}
    for address in request.operation.addresses:
        given = request.addresses[address.variable]
        row = world.find(address.entity, given.key) if isinstance(given, Literally) else given
        owner = schema.entities[address.entity].owner_field
        refusal = f"absent:{address.variable}"
        if row is None or row not in world.rows:
            raise RefusedError(refusal, request.operation.id)
        if (
            address.owner is not None
            and owner is not None
            and world.rows[row].values[owner.name] != found[address.owner]
        ):
            raise RefusedError(refusal, request.operation.id)
        found[address.variable] = row
    return found


def _read(schema: Schema, request: Request) -> tuple[dict[str, Any], set[str]]:
    operation = request.operation
    known = {item.wire for item in operation.query}
    unknown = any(name not in known for name, _ in request.query)
    if not _reads_body(operation):
        if unknown:
            raise RefusedError("invalid", operation.id)
        return {}, set()
    if (request.raw is not None or request.body is not None) and not _is_json(request.media_type):
        raise RefusedError("media type", operation.id)
    body = _plain(operation, request.body) if request.raw is None else _parsed(operation, request.raw)
    if unknown:
        raise RefusedError("invalid", operation.id)
    try:
        return read_body(schema, operation, body)
    except InvalidError as error:
        raise RefusedError("invalid", operation.id) from error


def _parsed(operation: Operation, raw: str) -> dict[str, Any]:
    """The object that bytes spell."""
    try:
        body = json.loads(raw, parse_constant=_no_constant)
    except ValueError as error:
        raise RefusedError("unreadable", operation.id) from error
    if not isinstance(body, dict):
        raise RefusedError("invalid", operation.id)
    return body


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _is_json(media_type: str | None) -> bool:
    return media_type is None or media_type.partition(";")[0].strip().lower() == "application/json"


def _plain(operation: Operation, body: Mapping[str, Any] | None) -> dict[str, Any]:
    """The body as JSON, dates and times excepted; json texts and members of choices as they travel."""
    types = {item.wire: item.type for item in operation.body}
    return {wire: _sent(types.get(wire), value) for wire, value in (body or {}).items()}


def _sent(of: Any, value: Any) -> Any:
    if isinstance(value, Sent):
        return value.value
    if isinstance(value, str) and isinstance(of, Scalar) and of.name == "json":
        return json.loads(value)
    if isinstance(value, str) and of is not None and of.kind == "choice":
        return next((member.wire for member in of.members if member.name == value), value)
    return value


def _touch(course: Play, before: World) -> None:
    """The clock of every row that holds other stored values than before."""
    for row in course.world.rows.values():
        if row.made or not (changed(row, before) or row.label in course.rehashed):
            continue
        certain = _columns(row) != _columns(before.rows[row.label])
        row.updated = course.context.now + (dt.timedelta() if certain else _UNCERTAIN)


def _columns(row: Row) -> dict[str, Any]:
    """What the row's own table holds: everything but the many lists."""
    return {name: value for name, value in row.values.items() if not isinstance(value, tuple)}


def _refused(
    operation: Operation, error: RefusedError, world: World, variables: dict[str, Any], trace: tuple[str, ...]
) -> Reply:
    broken = [_refusal(operation, key, error.node) for key in (error.key, *error.others)]
    first = min(broken, key=lambda refusal: _RANKS.index(refusal.cause))
    return Reply(operation, first.status, first, world, world, variables, len(broken) == 1, trace=trace)


def _refusal(operation: Operation, key: str, node: str) -> Refusal:
    """The operation's refusal of this key; one that nobody foresaw is a conflict of which nothing more is known."""
    known = next((item for item in operation.refusals if item.key == key), None)
    return known or Refusal(key=key, cause=Cause.OUT_OF_RANGE, status=409, text="", node=node)


def _accepted(operation: Operation, course: Play, before: World, trace: tuple[str, ...]) -> Reply:
    for answer in operation.answers:
        if answer.condition is None or holds(answer.condition, course.scope, course.context):
            value = None
            if answer.value is not None:
                value = evaluate(answer.value, course.scope, course.context)
            elif answer.shape is not None and operation.row is not None:
                value = course.variables[operation.row]
            _work_out(course.world, value if isinstance(value, tuple) else (value,), course.context)
            return Reply(
                operation,
                answer.status,
                None,
                course.world,
                before,
                course.variables,
                answer=answer,
                value=value,
                trace=trace,
            )
    raise ValueError(f"{operation.id} has no answer for its success")
