"""Stored notes."""

from uuid import UUID

from src.core.pagination import containing, ordering
from src.models.entities.note import Note
from src.models.schemas.note import NoteQuery
from src.repositories.base import Page, Repository
from src.repositories.keys import UUID_KEY

SORTABLE = {"weight": Note.weight}


class NoteRepository(Repository[Note]):
    """The rows of Note."""

    name = "note"
    entity = Note
    path = (Note.id, Note.folder_id)
    path_types = (UUID_KEY, UUID_KEY)
    place = ("folder", "notes")
    shown = (Note.id, Note.text, Note.weight, Note.due, Note.folder_id, Note.created_at, Note.updated_at)
    default_order = (Note.created_at, Note.id)

    async def list_notes(self, folder_id: UUID, query: NoteQuery) -> Page:
        """Find the notes that a client asks for."""
        conditions = (Note.folder_id == folder_id, *containing(query.q, Note.text))
        return await self.page(conditions, ordering(query.sort, SORTABLE), query.limit, query.offset)
