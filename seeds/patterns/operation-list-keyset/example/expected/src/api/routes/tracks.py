"""Routes."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from src.core.errors import refusals
from src.core.transactions import in_reading
from src.models.schemas.track import TrackList, TrackQuery
from src.services.track import TrackService

router = APIRouter()


@router.get(
    "/songs",
    operation_id="list_tracks",
    summary="List tracks",
    response_description="A page of tracks",
    responses=refusals(422, 503),
)
async def list_tracks(request: Request, query: Annotated[TrackQuery, Query()]) -> TrackList:
    """List tracks."""
    return await in_reading(request, lambda session: TrackService(session).list_tracks(query))
