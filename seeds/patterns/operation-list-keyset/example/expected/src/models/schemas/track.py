"""Schemas."""

from typing import Annotated

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from src.core.pagination import PageQuery
from src.core.types import BOOLEAN_TEXT, NO_NUL, STORABLE, Uuid


class TrackQuery(PageQuery):
    """What a client may ask of the list of tracks."""

    sort: Annotated[str, Field(pattern="^-?(title)(,-?(title))*$")] | SkipJsonSchema[None] = None
    q: Annotated[str, Field(min_length=1, max_length=1000, pattern=NO_NUL), STORABLE] | SkipJsonSchema[None] = None
    artist_id: tuple[Uuid, ...] = ()
    explicit: tuple[Annotated[bool, Field(strict=True), BOOLEAN_TEXT], ...] = ()
