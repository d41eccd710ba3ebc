"""Routes of folders."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from src.core.errors import LOCATION, refusals
from src.core.routing import TAKES_NO_INPUT, Route, finds
from src.core.transactions import in_reading, in_transaction
from src.core.types import Uuid
from src.models.schemas.folder import FolderCreate, FolderList, FolderQuery, FolderRead, FolderUpdate
from src.repositories.folder import FolderRepository
from src.services.folder import FolderService

router = APIRouter(route_class=Route, tags=["folders"])


@router.get(
    "/folders",
    operation_id="list_folders",
    summary="List folders",
    response_description="A page of folders",
    responses=refusals(422, 503),
)
async def list_folders(request: Request, query: Annotated[FolderQuery, Query()]) -> FolderList:
    """List folders."""
    return await in_reading(request, lambda session: FolderService(session).list_folders(query))


@router.post(
    "/folders",
    operation_id="create_folder",
    summary="Create folder",
    status_code=201,
    response_description="The new folder",
    responses=LOCATION | refusals(400, 409, 413, 415, 422, 503),
)
async def create_folder(request: Request, response: Response, body: FolderCreate) -> FolderRead:
    """Create folder."""
    answer = await in_transaction(request, lambda session: FolderService(session).create_folder(body))
    response.headers["Location"] = f"/folders/{answer.id}"
    return answer


@router.get(
    "/folders/{id}",
    operation_id="read_folder",
    summary="Read folder",
    response_description="The folder",
    responses=refusals(404, 422, 503),
)
@finds(FolderRepository, "id")
async def read_folder(request: Request, folder_id: Annotated[Uuid, Path(alias="id")]) -> FolderRead:
    """Read folder."""
    return await in_reading(request, lambda session: FolderService(session).read_folder(folder_id))


@router.put(
    "/folders/{id}",
    operation_id="update_folder",
    summary="Update folder",
    response_description="The folder",
    responses=refusals(400, 404, 409, 413, 415, 422, 503),
)
@finds(FolderRepository, "id")
async def update_folder(
    request: Request, folder_id: Annotated[Uuid, Path(alias="id")], body: FolderUpdate
) -> FolderRead:
    """Update folder."""
    return await in_transaction(request, lambda session: FolderService(session).update_folder(folder_id, body))


@router.delete(
    "/folders/{id}",
    operation_id="delete_folder",
    summary="Delete folder",
    status_code=204,
    response_description="The folder is deleted",
    responses=refusals(404, 422, 503),
)
@finds(FolderRepository, "id")
async def delete_folder(request: Request, folder_id: Annotated[Uuid, Path(alias="id")]) -> None:
    """Delete folder."""
    await in_transaction(request, lambda session: FolderService(session).delete_folder(folder_id))


@router.post(
    "/folders/{id}/close",
    operation_id="close_folder",
    summary="Close folder",
    response_description="The folder",
    dependencies=[TAKES_NO_INPUT],
    responses=refusals(400, 404, 409, 413, 415, 422, 503),
)
@finds(FolderRepository, "id")
async def close_folder(request: Request, folder_id: Annotated[Uuid, Path(alias="id")]) -> FolderRead:
    """Close folder."""
    return await in_transaction(request, lambda session: FolderService(session).close_folder(folder_id))
