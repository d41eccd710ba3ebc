"""Requests and replies of the model as calls of a scenario."""

from typing import Any, Literal

from devmatrix.artifacts.scenarios import Call, Capture
from devmatrix.artifacts.terms import Captured, Given, Joined, Record, Term
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import World
from devmatrix.ir.api import Input
from devmatrix.scenarios.playing.answers import captures_of, expectation_of
from devmatrix.scenarios.playing.model import Reply
from devmatrix.scenarios.playing.paths import path_of
from devmatrix.scenarios.playing.requests import Place, Request, Sent
from devmatrix.scenarios.playing.wire import Wire

Role = Literal["prepare", "act", "observe"]


def call_of(schema: Schema, request: Request, reply: Reply, wire: Wire, *, role: Role) -> Call:
    """A call with the answer that the model predicts."""
    operation = request.operation
    return Call(
        role=role,
        operation=operation.id,
        method=operation.method,
        path=path_of(request, reply.before, wire),
        query=tuple((name, _parameter(value, wire)) for name, value in request.query),
        body=None if request.body is None or request.raw is not None else _body(request, wire),
        raw=request.raw,
        media_type=request.media_type,
        expect=expectation_of(schema, reply, wire),
    )


def with_capture(call: Call, schema: Schema, reply: Reply, name: str) -> Call:
    """The call, keeping the key of the row that it answers."""
    pointer = captures_of(reply.answer.shape if reply.answer is not None else None, reply.value, schema)
    if pointer is None:
        return call
    return call.model_copy(update={"captures": (Capture(name=name, pointer=pointer),)})


def _parameter(value: Any, wire: Wire) -> Term:
    if isinstance(value, Place):
        kept = Captured(name=value.name)
        return Joined(parts=(kept, Given(value=value.damage))) if value.damage else kept
    if isinstance(value, str | bool | int):
        return Given(value=value)
    return wire.time(value)


def _body(request: Request, wire: Wire) -> Term:
    inputs = {item.wire: item for item in request.operation.body}
    members = tuple((name, _member(inputs.get(name), value, wire)) for name, value in (request.body or {}).items())
    return Record(members=members)


def _member(item: Input | None, value: Any, wire: Wire) -> Term:
    if isinstance(value, Sent):
        return Given(value=value.value)
    if item is None or value is None:
        return Given(value=value)
    if item.type.kind in ("reference", "many") or isinstance(value, tuple):
        return _listed(item, value, wire)
    return wire.term(item.type, value, World(wire.schema))


def _listed(item: Input, value: Any, wire: Wire) -> Term:
    if item.type.kind == "list":
        return wire.term(item.type, value, World(wire.schema))
    return Given(value=list(value) if isinstance(value, tuple) else value)
