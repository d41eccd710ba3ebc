"""Pages that begin behind a place in an order."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, UnaryExpression, and_, false, func, literal, or_, select, tuple_
from sqlalchemy.sql import operators

from src.core.columns import Sortable
from src.core.pagination import PageQuery
from src.core.places import read_place, write_place
from src.repositories.reading import Conditions, Reader, Row

DIRECTIONS = (operators.asc_op, operators.desc_op, operators.nulls_last_op)


class Page(NamedTuple):
    """Some rows of a list, how many there are in all, and where the page ended if rows come after it."""

    rows: list[Row]
    total: int
    next: str | None


class Key(NamedTuple):
    """One of the columns that rows are sorted by; nulls come last both ways."""

    column: ColumnElement[Any]
    descending: bool
    nullable: bool


async def page_after(
    reader: Reader[Any], conditions: Conditions, order: Sequence[ColumnElement[Any]], query: PageQuery, name: str
) -> Page:
    """Read a page and the total in one statement, so that they agree; `name` tells this order from any other."""
    keys = [key_of(column) for column in (*order, *reader.default_order)]
    types = [key.column.type for key in keys]
    start = [] if query.after is None else [beyond(keys, read_place(name, types, query.after))]
    total = select(func.count()).select_from(reader.entity).where(*conditions)
    statement = (
        select(*reader.shown, *(key.column for key in keys), total.scalar_subquery())
        .where(*conditions, *start)
        .order_by(*(in_order(key) for key in keys))
        .limit(query.limit + 1)
    )
    found = (await reader.session.execute(statement)).all()
    if not found:
        return Page([], await reader.session.scalar(total) or 0 if start else 0, None)
    wanted = [tuple(row) for row in found[: query.limit]]
    ends = len(reader.shown)
    place = write_place(name, types, wanted[-1][ends:-1]) if len(found) > query.limit else None
    rows = [{column.key or "": value for column, value in zip(reader.shown, row, strict=False)} for row in wanted]
    return Page(rows, wanted[0][-1], place)


def key_of(column: Sortable) -> Key:
    """Take apart what rows are sorted by."""
    sorted_by: Any = column
    element, descending = sorted_by.expression, False
    while isinstance(element, UnaryExpression) and element.modifier in DIRECTIONS:
        descending = descending or element.modifier is operators.desc_op
        element = element.element
    return Key(element, descending, getattr(element, "nullable", True))


def in_order(key: Key) -> ColumnElement[Any]:
    """Sort by a key, in a way that an index of a column without nulls has, too."""
    ordered = key.column.desc() if key.descending else key.column.asc()
    return ordered.nulls_last() if key.nullable else ordered


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Keep the rows that come behind a place in the order of the keys."""
    if keys[0].nullable:
        later, same = _behind(keys[0], values[0])
        return or_(later, and_(same, beyond(keys[1:], values[1:]))) if keys[1:] else later
    alike = next((at for at, key in enumerate(keys) if key[1:] != keys[0][1:]), len(keys))
    columns = tuple_(*(key.column for key in keys[:alike]))
    place = tuple_(*(literal(value, key.column.type) for key, value in zip(keys[:alike], values, strict=False)))
    later = columns < place if keys[0].descending else columns > place
    if alike == len(keys):
        return later
    reached = columns <= place if keys[0].descending else columns >= place
    return and_(reached, or_(later, beyond(keys[alike:], values[alike:])))


def _behind(key: Key, value: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Tell what is behind a value that may be null, and what is just there."""
    if value is None:
        return false(), key.column.is_(None)
    given = literal(value, key.column.type)
    later = key.column < given if key.descending else key.column > given
    return or_(later, key.column.is_(None)), key.column == given
