"""The shape of a refusal as it travels: its detail, and what is wrong with the input."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

PROBLEM_MEDIA_TYPE = "application/json"


class Violation(BaseModel):
    """One thing that is wrong with the input."""

    pointer: str = Field(description="JSON pointer into the body, or a slash and the parameter's name")
    code: str
    message: str


class Problem(BaseModel):
    """A refusal."""

    detail: str
    errors: list[Violation] | SkipJsonSchema[None] = Field(default=None, description="Given with status 422")


def problem_content(_status: int, detail: str, errors: Sequence[Violation]) -> dict[str, Any]:
    """Give the members of a refusal."""
    content: dict[str, Any] = {"detail": detail}
    if errors:
        content["errors"] = [error.model_dump() for error in errors]
    return content
