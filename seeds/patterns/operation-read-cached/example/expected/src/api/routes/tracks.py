"""Routes."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from src.core.cache import remembered
from src.core.errors import refusals
from src.core.routing import finds
from src.core.transactions import in_reading
from src.core.types import Uuid
from src.models.schemas.track import TrackRead
from src.repositories.track import TrackRepository
from src.services.track import TrackService

router = APIRouter()


@router.get(
    "/songs/{id}",
    response_model=TrackRead,
    operation_id="read_track",
    summary="Read track",
    response_description="The track",
    responses=refusals(404, 422, 503),
)
@finds(TrackRepository, "id")
async def read_track(request: Request, track_id: Annotated[Uuid, Path(alias="id")]) -> TrackRead | Response:
    """Read track."""
    return await remembered(
        request, lambda: in_reading(request, lambda session: TrackService(session).read_track(track_id))
    )
