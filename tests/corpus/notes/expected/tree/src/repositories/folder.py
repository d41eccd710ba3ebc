"""Stored folders."""

from sqlalchemy.orm import selectinload

from src.core.pagination import any_of
from src.models.entities.folder import Folder
from src.models.schemas.folder import FolderQuery
from src.repositories.base import Page, Repository
from src.repositories.keys import UUID_KEY


class FolderRepository(Repository[Folder]):
    """The rows of Folder."""

    name = "folder"
    entity = Folder
    path = (Folder.id,)
    path_types = (UUID_KEY,)
    shown = (Folder.id, Folder.title, Folder.state, Folder.created_at, Folder.updated_at)
    default_order = (Folder.created_at, Folder.id)

    notes = selectinload(Folder.notes)

    async def list_folders(self, query: FolderQuery) -> Page:
        """Find the folders that a client asks for."""
        conditions = (*any_of(Folder.state, query.state),)
        return await self.page(conditions, (), query.limit, query.offset)
