"""The shape of a refusal as it travels (RFC 9457)."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from src.core.statuses import title

PROBLEM_MEDIA_TYPE = "application/problem+json"


class Violation(BaseModel):
    """One thing that is wrong with the input."""

    pointer: str = Field(description="JSON pointer into the body, or a slash and the parameter's name")
    code: str
    message: str


class Problem(BaseModel):
    """A refusal."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Violation] | SkipJsonSchema[None] = Field(default=None, description="Given with status 422")


def problem_content(status: int, detail: str, errors: Sequence[Violation]) -> dict[str, Any]:
    """Give the members of a refusal."""
    content: dict[str, Any] = {"type": "about:blank", "title": title(status), "status": status, "detail": detail}
    if errors:
        content["errors"] = [error.model_dump() for error in errors]
    return content
