"""Schemas."""

from typing import Annotated

from pydantic import Field

from src.core.types import Input


class RestockProductInput(Input):
    """What the operation "Restock product" takes."""

    quantity: Annotated[int, Field(strict=True, ge=1, le=100000)]
