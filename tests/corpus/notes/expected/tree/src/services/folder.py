"""What can be done with folders."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from src.core.conditions import changed, ensure, found, require
from src.core.transactions import finish
from src.models.choices import FOLDER_STATE_EDGES, FolderState
from src.models.entities.folder import Folder
from src.models.schemas.folder import FolderCreate, FolderList, FolderQuery, FolderRead, FolderUpdate
from src.repositories.folder import FolderRepository


class FolderService:
    """The operations on Folder."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.folders = FolderRepository(session)

    async def list_folders(self, query: FolderQuery) -> FolderList:
        """List folders."""
        page = await self.folders.list_folders(query)
        return FolderList.model_validate(
            {"items": page.rows, "total": page.total, "limit": query.limit, "offset": query.offset}
        )

    async def create_folder(self, body: FolderCreate) -> FolderRead:
        """Create folder."""
        folder = self.folders.add(Folder(title=body.title, state=FolderState.OPEN))
        await finish(self.session, 422)
        return FolderRead.model_validate(folder)

    async def read_folder(self, folder_id: UUID) -> FolderRead:
        """Read folder."""
        row = found(await self.folders.row(folder_id), "folder")
        return FolderRead.model_validate(row)

    async def update_folder(self, folder_id: UUID, body: FolderUpdate) -> FolderRead:
        """Update folder."""
        folder = found(await self.folders.lock(folder_id), "folder")
        folder.title = body.title
        await finish(self.session, 422)
        return FolderRead.model_validate(folder)

    async def delete_folder(self, folder_id: UUID) -> None:
        """Delete folder."""
        folder = found(await self.folders.lock(folder_id), "folder")
        await self.folders.delete(folder)
        await finish(self.session, 409)

    async def close_folder(self, folder_id: UUID) -> FolderRead:
        """Close folder."""
        folder = found(await self.folders.lock(folder_id, load=[FolderRepository.notes]), "folder")
        require(folder.state == FolderState.OPEN, 409, "this folder is closed")
        require(len(folder.notes) >= 1, 409, "this folder is empty")
        folder.state = changed("state", FOLDER_STATE_EDGES, folder.state, FolderState.CLOSED)
        ensure(folder.state == FolderState.CLOSED, "this does not hold afterwards: folder.state == CLOSED", 409)
        await finish(self.session, 409)
        return FolderRead.model_validate(folder)
