"""Routes."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from src.core.errors import LOCATION, refusals
from src.core.routing import finds
from src.core.transactions import in_transaction
from src.core.types import Uuid
from src.models.schemas.playlist import CopyPlaylistInput, PlaylistRead
from src.repositories.playlist import PlaylistRepository
from src.services.playlist import PlaylistService

router = APIRouter()


@router.post(
    "/playlists/{id}/copy",
    operation_id="copy_playlist",
    summary="Copy playlist",
    status_code=201,
    response_description="The new playlist",
    responses=LOCATION | refusals(400, 404, 409, 413, 415, 422, 503),
)
@finds(PlaylistRepository, "id")
async def copy_playlist(
    request: Request, response: Response, playlist_id: Annotated[Uuid, Path(alias="id")], body: CopyPlaylistInput
) -> PlaylistRead:
    """Copy playlist."""
    answer = await in_transaction(request, lambda session: PlaylistService(session).copy_playlist(playlist_id, body))
    response.headers["Location"] = f"/playlists/{answer.id}"
    return answer
