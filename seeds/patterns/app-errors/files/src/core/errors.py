"""Refusals: why a request is not served, and how that is said."""

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from src.core.problems import PROBLEM_MEDIA_TYPE, Violation, problem_content
from src.core.statuses import title

MAX_VIOLATIONS = 100
MAX_POINTER = 200
RETRY_AFTER_SECONDS = "1"
INVALID = "the request is not valid"
NOT_LEFT_OUT = "none_required"
IN_OTHER_WORDS = {
    "model_attributes_type": "Input should be an object",
    "string_unicode": "Text should have no lone surrogate",
}


class Cause(Enum):
    """Why a request is refused, in the order in which refusals are decided, and its usual status."""

    TOO_LARGE = ("too_large", 413)
    ABSENT = ("absent", 404)
    NO_METHOD = ("no_method", 405)
    NO_JSON_TYPE = ("no_json_type", 415)
    NO_JSON = ("no_json", 400)
    INVALID = ("invalid", 422)
    REFERENCE_ABSENT = ("reference_absent", 409)
    TAKEN = ("taken", 409)
    IN_USE = ("in_use", 409)
    FORBIDDEN_CHANGE = ("forbidden_change", 409)
    OUT_OF_RANGE = ("out_of_range", 409)
    REFUSED = ("refused", 409)
    BROKEN_PROMISE = ("broken_promise", 409)
    FAILED = ("failed", 500)
    UNAVAILABLE = ("unavailable", 503)

    def __init__(self, key: str, status: int) -> None:
        self.key = key
        self.status = status


class Refused(HTTPException):
    """A request that is not served; nothing of it stays."""

    def __init__(
        self,
        cause: Cause,
        detail: str,
        *,
        status: int | None = None,
        errors: Sequence[Violation] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status or cause.status, detail, headers)
        self.cause = cause
        self.errors = errors


def absent(name: str) -> Refused:
    """Refuse a request whose path names a row that is not there."""
    return Refused(Cause.ABSENT, f"there is no such {name}")


def no_result() -> Refused:
    """Refuse a request that asks for what cannot be calculated."""
    return Refused(Cause.OUT_OF_RANGE, "this calculation has no result")


def unavailable() -> Refused:
    """Refuse a request that the database cannot serve now."""
    return Refused(
        Cause.UNAVAILABLE, "the service cannot answer now, try again", headers={"Retry-After": RETRY_AFTER_SECONDS}
    )


def invalid(error: RequestValidationError) -> Refused:
    """Say what is wrong with the input without repeating it."""
    found = [item for item in error.errors() if item["type"] != NOT_LEFT_OUT][:MAX_VIOLATIONS]
    violations = [
        Violation(
            pointer=_pointer(item["loc"]), code=item["type"], message=IN_OTHER_WORDS.get(item["type"], item["msg"])
        )
        for item in found
    ]
    return Refused(Cause.INVALID, INVALID, errors=violations)


def _pointer(location: Sequence[str | int]) -> str:
    """Lead to a member of the body; a parameter is named alone, whatever checks it went through."""
    location = location[1:] if location[0] == "body" else location[1:2]
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in location)
    return "".join(f"/{part}" for part in parts)[:MAX_POINTER]


def problem_response(
    status: int, detail: str, *, errors: Sequence[Violation] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """Write a refusal."""
    return Response(json.dumps(problem_content(status, detail, errors)), status, headers, PROBLEM_MEDIA_TYPE)


async def answer_refusal(_request: Request, error: Exception) -> Response:
    """Answer a refusal of ours or of the framework."""
    if isinstance(error, Refused):
        return problem_response(error.status_code, error.detail, errors=error.errors, headers=error.headers)
    if isinstance(error, HTTPException):
        return problem_response(error.status_code, str(error.detail), headers=error.headers)
    raise error


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe, for the API's document, the refusals that an operation knows."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {status: {"description": title(status), "content": {PROBLEM_MEDIA_TYPE: schema}} for status in statuses}


LOCATION: dict[int | str, dict[str, Any]] = {
    201: {"headers": {"Location": {"description": "Where the new row is read", "schema": {"type": "string"}}}}
}
