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
from devmatrix.scenarios.playing.requests import Place, Request


@dataclass(frozen=True)
class Page:
    """A page of a list. ``ordered`` False: nothing tells some of its rows apart, so that their order is open."""

    items: tuple[Ref, ...]
    total: int
    limit: int
    offset: int
    ordered: bool
    next: Place | None = None
    """Where the page ended, if rows come after it."""


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
    rest = _after(operation, asked, world, entity, context, sorting, ordered)[offset:]
    last = Place(operation.id, sorting, world.rows[rest[limit - 1]].copy()) if len(rest) > limit else None
    is_open = world.is_open(ordered, entity, context, sorting)
    return Page(rest[:limit], len(ordered), limit, offset, not is_open, last)


def _after(
    operation: Operation,
    asked: Mapping[str, list[Any]],
    world: World,
    entity: Entity,
    context: Context,
    sorting: tuple[Sorting, ...],
    ordered: tuple[Ref, ...],
) -> tuple[Ref, ...]:
    """The rows behind the place that the request names, all of them where it names none."""
    item = _selecting(operation, "after")
    if item is None or item.name not in asked:
        return ordered
    place = asked[item.name][0]
    if not isinstance(place, Place) or place.damage or (place.operation, place.sorting) != (operation.id, sorting):
        raise RefusedError("invalid", operation.id)
    then = world.copy()
    then.add(place.last.copy())
    shown = (then.rows[label] for label in dict.fromkeys((*ordered, place.last.label)))
    found = then.ordered(shown, entity, context, sorting)
    return found[found.index(place.last.label) + 1 :]


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
            value = text if isinstance(text, Place) else read_parameter(schema, item, query_text(text))
            found.setdefault(item.name, []).append(value)
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
    """A number that the request or its default gives; 0 where the list takes none of this kind."""
    item = _selecting(operation, kind)
    if item is None:
        return 0
    value = asked[item.name][0] if item.name in asked else default_value(item.default, item.type)
    return int(value)


def _selecting(operation: Operation, kind: str) -> Input | None:
    return next((item for item in operation.query if item.selects is not None and item.selects.kind == kind), None)


def _kept(world: World, entity: Entity, item: Input, values: list[Any], row: Row, context: Context) -> bool:
    selects = item.selects
    if selects is None or selects.kind in ("sort", "limit", "offset", "after"):
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
    item = _selecting(operation, "sort")
    if item is None or item.name not in asked:
        return ()
    names = {field.wire: field.name for field in entity.fields}
    keys = asked[item.name][0].split(",")
    return tuple(Sorting(field=names[key.removeprefix("-")], descending=key.startswith("-")) for key in keys)
