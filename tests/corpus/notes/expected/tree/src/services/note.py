"""What can be done with notes."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from src.core.conditions import found
from src.core.errors import absent
from src.core.transactions import finish
from src.models.entities.note import Note
from src.models.schemas.note import NoteCreate, NoteList, NoteQuery, NoteRead, NoteUpdate
from src.repositories.folder import FolderRepository
from src.repositories.note import NoteRepository


class NoteService:
    """The operations on Note."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.folders = FolderRepository(session)
        self.notes = NoteRepository(session)

    async def list_notes(self, folder_id: UUID, query: NoteQuery) -> NoteList:
        """List notes."""
        page = await self.notes.list_notes(folder_id, query)
        if not page.total and not await self.folders.has(folder_id):
            raise absent("folder")
        return NoteList.model_validate(
            {"items": page.rows, "total": page.total, "limit": query.limit, "offset": query.offset}
        )

    async def create_note(self, folder_id: UUID, body: NoteCreate) -> NoteRead:
        """Create note."""
        folder = found(await self.folders.lock(folder_id), "folder")
        note = self.notes.add(
            Note(text=body.text, weight=body.weight, due=body.due, folder_id=folder.id, folder=folder)
        )
        await finish(self.session, 422)
        return NoteRead.model_validate(note)

    async def read_note(self, folder_id: UUID, note_id: UUID) -> NoteRead:
        """Read note."""
        if not await self.folders.has(folder_id):
            raise absent("folder")
        row = found(await self.notes.row(note_id, folder_id), "note")
        return NoteRead.model_validate(row)

    async def update_note(self, folder_id: UUID, note_id: UUID, body: NoteUpdate) -> NoteRead:
        """Update note."""
        found(await self.folders.lock(folder_id), "folder")
        note = found(await self.notes.lock(note_id, folder_id), "note")
        note.text = body.text
        note.weight = body.weight
        note.due = body.due
        await finish(self.session, 422)
        return NoteRead.model_validate(note)

    async def delete_note(self, folder_id: UUID, note_id: UUID) -> None:
        """Delete note."""
        found(await self.folders.lock(folder_id), "folder")
        note = found(await self.notes.lock(note_id, folder_id), "note")
        await self.notes.delete(note)
        await finish(self.session, 409)
