"""Pages of rows: what a client may ask of a list, and how it is asked of the database."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import ColumnElement, case, collate, or_
from sqlalchemy.orm import InstrumentedAttribute

from src.core.columns import Sortable
from src.core.types import INTEGER_TEXT, Input

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
LONGEST_PLACE = 20000
PLACE_FORM = "^[A-Za-z0-9_-]+$"
FOLDING = "pg_c_utf8"


class PageQuery(Input):
    """Which part of a list is wanted."""

    limit: Annotated[int, Field(strict=True, ge=1, le=MAX_LIMIT), INTEGER_TEXT] = DEFAULT_LIMIT
    after: Annotated[str, Field(min_length=1, max_length=LONGEST_PLACE, pattern=PLACE_FORM)] | SkipJsonSchema[None] = (
        None
    )


def any_of(column: InstrumentedAttribute[Any], values: Collection[Any]) -> list[ColumnElement[bool]]:
    """Keep rows whose value is one of the given ones."""
    return [column.in_(values)] if values else []


def at_least(column: InstrumentedAttribute[Any], bound: object) -> list[ColumnElement[bool]]:
    """Keep rows from a value on."""
    return [] if bound is None else [column >= bound]


def at_most(column: InstrumentedAttribute[Any], bound: object) -> list[ColumnElement[bool]]:
    """Keep rows up to a value."""
    return [] if bound is None else [column <= bound]


def containing(phrase: str | None, *columns: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
    """Keep rows with the phrase in any of the columns, whatever its case."""
    if not phrase:
        return []
    return [or_(*(collate(column, FOLDING).icontains(phrase, autoescape=True) for column in columns))]


def declared_order(column: InstrumentedAttribute[Any], members: type[StrEnum]) -> ColumnElement[Any]:
    """Sort the members of a choice as they were declared."""
    return case({member: place for place, member in enumerate(members)}, value=column)


def ordering(sort: str | None, sortable: Mapping[str, Sortable]) -> Sequence[ColumnElement[Any]]:
    """Turn `field,-other` into an order; nulls come last both ways."""
    fields = sort.split(",") if sort else []
    return [
        (sortable[field[1:]].desc() if field.startswith("-") else sortable[field].asc()).nulls_last()
        for field in fields
    ]
