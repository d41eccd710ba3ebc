"""What the model's reply looks like from outside: status, headers and a body of terms."""

import re
from collections.abc import Mapping
from typing import Any

from devmatrix.artifacts.scenarios import Expectation
from devmatrix.artifacts.terms import Anything, Given, Items, Near, Record, Term
from devmatrix.expressions.evaluation.evaluate import Context, Ref, Scope, evaluate
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import World
from devmatrix.ir.api import Answer, Cause, LeafShape, ListShape, NamedShape, ObjectShape, Refusal, Shape
from devmatrix.ir.domain import Entity
from devmatrix.scenarios.playing.model import Reply
from devmatrix.scenarios.playing.paths import is_certain, path_of_row
from devmatrix.scenarios.playing.staging import SERVER_NOW
from devmatrix.scenarios.playing.wire import NULL, Wire

PROBLEM = "application/problem+json"
JSON = "application/json"


def expectation_of(schema: Schema, reply: Reply, wire: Wire) -> Expectation:
    """What is asked of the answer."""
    if reply.refusal is not None:
        return refusal_expectation(schema, reply.refusal, certain=reply.certain)
    if reply.answer is None or reply.answer.shape is None:
        return Expectation(status=reply.status, empty=True)
    return Expectation(
        status=reply.status,
        media_type=reply.answer.media_type,
        headers=_headers(schema, reply, reply.answer, wire),
        body=_body(schema, reply, reply.answer.shape, wire),
    )


def refusal_expectation(schema: Schema, refusal: Refusal, *, certain: bool = True) -> Expectation:
    """A problem with its status; the message where exactly one thing is broken, a list where input is wrong."""
    said = certain and refusal.key != "invalid" and refusal.cause is not Cause.OUT_OF_RANGE
    members: list[tuple[str, Term]] = [("detail", Given(value=refusal.text) if said else Anything())]
    if schema.application.infrastructure.wire.problem_format == "detail":
        return Expectation(status=refusal.status, media_type=JSON, body=Record(members=tuple(members), exact=False))
    members.append(("status", Given(value=refusal.status)))
    if refusal.key == "invalid":
        members.append(("errors", Anything()))
    return Expectation(status=refusal.status, media_type=PROBLEM, body=Record(members=tuple(members), exact=False))


def _headers(schema: Schema, reply: Reply, answer: Answer, wire: Wire) -> tuple[tuple[str, Term], ...]:
    found: list[tuple[str, Term]] = []
    for header in answer.headers:
        if isinstance(reply.value, Ref):
            row = reply.world.rows[reply.value]
            operation = schema.reads.get(row.entity)
            if operation is not None:
                path = path_of_row(operation, reply.world, row.label, wire)
                found.append((header.name, path if is_certain(path) else Anything(type="text")))
    return tuple(found)


def _body(schema: Schema, reply: Reply, shape: Shape, wire: Wire) -> Term:
    page = reply.page
    if page is None:
        return shape_term(schema, shape, reply.value, reply.world, wire)
    counts = {"total": page.total, "limit": page.limit, "offset": page.offset}
    members: list[tuple[str, Term]] = []
    for member in shape.members if isinstance(shape, ObjectShape) else ():
        if isinstance(member.shape, ListShape):
            items = tuple(shape_term(schema, member.shape.item, row, reply.world, wire) for row in page.items)
            members.append((member.wire, Items(items=items, ordered=page.ordered)))
        elif member.wire == "next":
            members.append((member.wire, NULL if page.next is None else Anything(type="text")))
        else:
            members.append((member.wire, Given(value=counts[member.wire])))
    return Record(members=tuple(members))


def shape_term(schema: Schema, shape: Shape, value: Any, world: World, wire: Wire) -> Term:
    """A value in its shape; null stays null."""
    if value is None:
        return NULL
    match shape:
        case NamedShape():
            view = schema.views[shape.view]
            return _row_term(schema, schema.entities[view.entity], view.shape, value, world, wire)
        case ListShape():
            items = tuple(shape_term(schema, shape.item, item, world, wire) for item in value)
            return Items(items=items, ordered=not _is_open(schema, value, world))
        case LeafShape():
            return wire.term(shape.type, value, world)
        case ObjectShape():
            members = tuple((m.wire, shape_term(schema, m.shape, value, world, wire)) for m in shape.members)
            return Record(members=members)


def _is_open(schema: Schema, value: Any, world: World) -> bool:
    rows = [item for item in value if isinstance(item, Ref) and item in world.rows]
    if not rows:
        return False
    return world.is_open(rows, schema.entities[world.rows[rows[0]].entity], Context(SERVER_NOW))


def _row_term(schema: Schema, entity: Entity, shape: ObjectShape, row: Ref, world: World, wire: Wire) -> Term:
    members = []
    for member in shape.members:
        leaf = member.shape
        if not isinstance(leaf, LeafShape):
            members.append((member.wire, shape_term(schema, leaf, row, world, wire)))
        elif leaf.field is not None:
            members.append((member.wire, field_term(entity, leaf.field, row, world, wire)))
        else:
            members.append((member.wire, _expression_term(leaf, row, world, wire)))
    return Record(members=tuple(members))


def _expression_term(leaf: LeafShape, row: Ref, world: World, wire: Wire) -> Term:
    if leaf.expression is None:
        return Anything()
    value = evaluate(leaf.expression, Scope({"self": row}, world, world), Context(SERVER_NOW))
    return wire.term(leaf.type, value, world)


def field_term(entity: Entity, name: str, label: Ref, world: World, wire: Wire) -> Term:
    """A field of a row; times of rows that the call made are near now."""
    field = entity.field(name)
    row = world.rows[label]
    if name == entity.key.field:
        return wire.key(entity.name, row.key)
    if row.made and field.role in ("created", "updated"):
        return Near()
    return wire.field(field, world.shown(row, name, Context(SERVER_NOW)), world)


def captures_of(shape: Shape | None, value: Any, schema: Schema) -> str | None:
    """Where in an answer the key of the answered row stands, as a JSON pointer."""
    if not isinstance(shape, NamedShape) or not isinstance(value, Ref):
        return None
    entity = schema.entities[schema.views[shape.view].entity]
    members: Mapping[str, str | None] = {
        member.wire: member.shape.field
        for member in schema.views[shape.view].shape.members
        if isinstance(member.shape, LeafShape)
    }
    found = next((wire for wire, name in members.items() if name == entity.key.field), None)
    return None if found is None else "/" + re.sub("/", "~1", re.sub("~", "~0", found))
