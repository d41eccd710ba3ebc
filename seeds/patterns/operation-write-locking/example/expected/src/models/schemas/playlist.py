"""Schemas."""

from typing import Annotated

from pydantic import Field

from src.core.types import NO_NUL, STORABLE, Input


class CopyPlaylistInput(Input):
    """What the operation "Copy playlist" takes."""

    title: Annotated[str, Field(strict=True, min_length=1, max_length=100, pattern=NO_NUL), STORABLE]
