"""What a client sends and is shown of Folder."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from src.core.pagination import PageQuery
from src.core.types import NO_NUL, STORABLE, Input, Moment, Output
from src.models.choices import FolderState


class FolderRead(Output):
    """One folder as it is shown."""

    id: UUID
    title: str
    state: FolderState
    created_at: Moment
    updated_at: Moment


class FolderList(Output):
    """A page of folders."""

    items: list[FolderRead]
    total: int
    limit: int
    offset: int


class FolderQuery(PageQuery):
    """What a client may ask of the list of folders."""

    state: tuple[FolderState, ...] = ()


class FolderCreate(Input):
    """What the operation "Create folder" takes."""

    title: Annotated[str, Field(strict=True, min_length=1, max_length=80, pattern=NO_NUL), STORABLE]


class FolderUpdate(Input):
    """What the operation "Update folder" takes."""

    title: Annotated[str, Field(strict=True, min_length=1, max_length=80, pattern=NO_NUL), STORABLE]
