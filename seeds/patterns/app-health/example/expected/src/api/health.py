"""Is the application alive, and can it serve?"""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from src.core.database import Database
from src.core.errors import unavailable
from src.core.problems import PROBLEM_MEDIA_TYPE, Problem

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The application runs."""

    status: Literal["ok"]


class ProblemResponse(JSONResponse):
    """A refusal, as its document describes it."""

    media_type = PROBLEM_MEDIA_TYPE


READY: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The database answers",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}},
    }
}


@router.get("/health", operation_id="health", summary="Health", response_description="The application runs")
async def health() -> Health:
    """Tell that the application runs."""
    return Health(status="ok")


# The refusal is declared as the main answer, so that the document gets its schema `Problem` by name.
@router.get(
    "/ready",
    operation_id="ready",
    summary="Ready",
    status_code=503,
    response_class=ProblemResponse,
    response_model=Problem,
    response_description="The database does not answer",
    responses=READY,
)
async def ready(request: Request) -> JSONResponse:
    """Ask the database whether it answers."""
    database: Database = request.app.state.database
    try:
        await database.is_ready()
    except (SQLAlchemyError, OSError) as error:
        raise unavailable() from error
    return JSONResponse(Health(status="ok").model_dump())
