"""Routes of notes."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from src.core.errors import LOCATION, refusals
from src.core.routing import Route, finds
from src.core.transactions import in_reading, in_transaction
from src.core.types import Uuid
from src.models.schemas.note import NoteCreate, NoteList, NoteQuery, NoteRead, NoteUpdate
from src.repositories.folder import FolderRepository
from src.repositories.note import NoteRepository
from src.services.note import NoteService

router = APIRouter(route_class=Route, tags=["notes"])


@router.get(
    "/folders/{id}/notes",
    operation_id="list_notes",
    summary="List notes",
    response_description="A page of notes",
    responses=refusals(404, 422, 503),
)
@finds(FolderRepository, "id")
async def list_notes(
    request: Request, folder_id: Annotated[Uuid, Path(alias="id")], query: Annotated[NoteQuery, Query()]
) -> NoteList:
    """List notes."""
    return await in_reading(request, lambda session: NoteService(session).list_notes(folder_id, query))


@router.post(
    "/folders/{id}/notes",
    operation_id="create_note",
    summary="Create note",
    status_code=201,
    response_description="The new note",
    responses=LOCATION | refusals(400, 404, 413, 415, 422, 503),
)
@finds(FolderRepository, "id")
async def create_note(
    request: Request, response: Response, folder_id: Annotated[Uuid, Path(alias="id")], body: NoteCreate
) -> NoteRead:
    """Create note."""
    answer = await in_transaction(request, lambda session: NoteService(session).create_note(folder_id, body))
    response.headers["Location"] = f"/folders/{answer.folder_id}/notes/{answer.id}"
    return answer


@router.get(
    "/folders/{id}/notes/{note_id}",
    operation_id="read_note",
    summary="Read note",
    response_description="The note",
    responses=refusals(404, 422, 503),
)
@finds(FolderRepository, "id")
@finds(NoteRepository, "note_id", "id")
async def read_note(request: Request, folder_id: Annotated[Uuid, Path(alias="id")], note_id: Uuid) -> NoteRead:
    """Read note."""
    return await in_reading(request, lambda session: NoteService(session).read_note(folder_id, note_id))


@router.put(
    "/folders/{id}/notes/{note_id}",
    operation_id="update_note",
    summary="Update note",
    response_description="The note",
    responses=refusals(400, 404, 413, 415, 422, 503),
)
@finds(FolderRepository, "id")
@finds(NoteRepository, "note_id", "id")
async def update_note(
    request: Request, folder_id: Annotated[Uuid, Path(alias="id")], note_id: Uuid, body: NoteUpdate
) -> NoteRead:
    """Update note."""
    return await in_transaction(request, lambda session: NoteService(session).update_note(folder_id, note_id, body))


@router.delete(
    "/folders/{id}/notes/{note_id}",
    operation_id="delete_note",
    summary="Delete note",
    status_code=204,
    response_description="The note is deleted",
    responses=refusals(404, 422, 503),
)
@finds(FolderRepository, "id")
@finds(NoteRepository, "note_id", "id")
async def delete_note(request: Request, folder_id: Annotated[Uuid, Path(alias="id")], note_id: Uuid) -> None:
    """Delete note."""
    await in_transaction(request, lambda session: NoteService(session).delete_note(folder_id, note_id))
