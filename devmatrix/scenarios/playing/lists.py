"""What a list shows: its rows narrowed, searched, sorted and cut to a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devmatrix.expressions.evaluation.arithmetic import unbounded
from devmatrix.expressions.evaluation.constants import default_value
from devmatrix.expressions.evaluation.evaluate import Context, Ref, Scope, holds
from devmatrix.expressions.evaluation.inputs import InvalidError, read_parameter
from devmatrix.expressions.evaluation.refusal import RefusedError
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import Row, World
from devmatrix.ir.api import Input, Operation
from devmatrix.ir.domain import Entity, Sorting
from devmatrix.scenarios.playing.requests import Request


@dataclass(frozen=True)
class Page:
    """A page of a list. ``ordered`` False: nothing tells some of its rows apart, so that their order is open."""

    items: tuple[Ref, ...]
    total: int
    limit: int
    offset: int
    ordered: bool


def read_page(schema: Schema, request: Request, world: World, variables: Mapping[str, Any], context: Context) -> Page:
    """The page that the request asks for; RefusedError("invalid") where a parameter is wrong."""
    operation = request.operation
    asked = _read_query(schema, request)
    entity = schema.entities[operation.entity or ""]
    rows = _in_reach(operation, entity, world, variables, context)
    for item in operation.query:
        if item.name in asked and item.selects is not None:
            rows = [row for row in rows if _kept(world, entity, item, asked[item.name], row, context)]
    sorting = _sorting(entity, operation, asked)
    ordered = world.ordered(rows, entity, context, sorting)
    limit, offset = _single(operation, asked, "limit"), _single(operation, asked, "offset")
    shown = ordered[offset : offset + limit]
    return Page(shown, len(ordered), limit, offset, not world.is_open(ordered, entity, context, sorting))


def _in_reach(
    operation: Operation, entity: Entity, world: World, variables: Mapping[str, Any], context: Context
) -> list[Row]:
    if operation.nested_under is not None:
        rows = world.children(entity, variables[operation.nested_under])
    else:
        rows = list(world.of(entity.name))
    if operation.where is None:
        return rows
    row_name = operation.row or entity.variable
    where = operation.where
    with unbounded():
        return [row for row in rows if holds(where, Scope({**variables, row_name: row.label}, world, world), context)]


def _read_query(schema: Schema, request: Request) -> dict[str, list[Any]]:
    known = {item.wire: item for item in request.operation.query}
    found: dict[str, list[Any]] = {}
    for wire, text in request.query:
        item = known.get(wire)
        if item is None or (item.name in found and not item.repeated):
            raise RefusedError("invalid", request.operation.id)
        try:
            found.setdefault(item.name, []).append(read_parameter(schema, item, query_text(text)))
        except InvalidError as error:
            raise RefusedError("invalid", request.operation.id) from error
    return found


def query_text(value: Any) -> Any:
    """A parameter as it travels; dates and times may stand for themselves."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value


def _single(operation: Operation, asked: Mapping[str, list[Any]], kind: str) -> int:
    item = next(item for item in operation.query if item.selects is not None and item.selects.kind == kind)
    value = asked[item.name][0] if item.name in asked else default_value(item.default, item.type)
    return int(value)


def _kept(world: World, entity: Entity, item: Input, values: list[Any], row: Row, context: Context) -> bool:
    selects = item.selects
    if selects is None or selects.kind in ("sort", "limit", "offset"):
        return True
    if selects.kind == "search":
        phrase = values[0].lower()
        names = [field.name for field in entity.fields if field.searchable]
        texts = [world.value(row, name, context) for name in names]
        return any(text is not None and phrase in text.lower() for text in texts)
    held = _held(world, selects.field or "", row, context)
    if selects.kind == "equals":
        return any(value in held for value in values)
    bound = values[0]
    return any(value >= bound if selects.kind == "at least" else value <= bound for value in held)


def _held(world: World, name: str, row: Row, context: Context) -> list[Any]:
    """What a filter compares with: keys of referred rows, items of lists; nothing for null."""
    value = world.value(row, name, context)
    if value is None:
        return []
    items = value if isinstance(value, tuple) else (value,)
    return [world.rows[item].key if isinstance(item, Ref) else item for item in items]


def _sorting(entity: Entity, operation: Operation, asked: Mapping[str, list[Any]]) -> tuple[Sorting, ...]:
    item = next((item for item in operation.query if item.selects is not None and item.selects.kind == "sort"), None)
    if item is None or item.name not in asked:
        return ()
    names = {field.wire: field.name for field in entity.fields}
    keys = asked[item.name][0].split(",")
    return tuple(Sorting(field=names[key.removeprefix("-")], descending=key.startswith("-")) for key in keys)
