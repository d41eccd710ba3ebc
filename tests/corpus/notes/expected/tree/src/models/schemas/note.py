"""What a client sends and is shown of Note."""

import datetime as dt
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from src.core.pagination import PageQuery
from src.core.types import NO_NUL, STORABLE, Date, ExactDecimal, Input, Moment, Output


class NoteRead(Output):
    """One note as it is shown."""

    id: UUID
    text: str
    weight: Annotated[Decimal, ExactDecimal(6, 2)]
    due: dt.date | None
    folder_id: UUID
    created_at: Moment
    updated_at: Moment


class NoteList(Output):
    """A page of notes."""

    items: list[NoteRead]
    total: int
    limit: int
    offset: int


class NoteQuery(PageQuery):
    """What a client may ask of the list of notes."""

    sort: Annotated[str, Field(pattern="^-?(weight)(,-?(weight))*$")] | SkipJsonSchema[None] = None
    q: Annotated[str, Field(min_length=1, max_length=1000, pattern=NO_NUL), STORABLE] | SkipJsonSchema[None] = None


class NoteCreate(Input):
    """What the operation "Create note" takes."""

    text: Annotated[str, Field(strict=True, max_length=2000, pattern=NO_NUL), STORABLE]
    weight: Annotated[Decimal, ExactDecimal(6, 2, ge=Decimal("0.00"))] = Decimal("0.00")
    due: Date | None = None


class NoteUpdate(Input):
    """What the operation "Update note" takes."""

    text: Annotated[str, Field(strict=True, max_length=2000, pattern=NO_NUL), STORABLE]
    weight: Annotated[Decimal, ExactDecimal(6, 2, ge=Decimal("0.00"))] = Decimal("0.00")
    due: Date | None = None
