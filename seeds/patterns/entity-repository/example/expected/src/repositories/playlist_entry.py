"""Stored playlist entries."""

from src.models.entities.playlist_entry import PlaylistEntry
from src.repositories.base import Repository
from src.repositories.keys import UUID_KEY

SORTABLE = {"position": PlaylistEntry.position}


class PlaylistEntryRepository(Repository[PlaylistEntry]):
    """The rows of PlaylistEntry."""

    name = "playlist entry"
    entity = PlaylistEntry
    path = (PlaylistEntry.id, PlaylistEntry.playlist_id)
    path_types = (UUID_KEY, UUID_KEY)
    place = ("playlist", "songs")
    shown = (
        PlaylistEntry.id,
        PlaylistEntry.track_id,
        PlaylistEntry.position,
        PlaylistEntry.playlist_id,
        PlaylistEntry.created_at,
        PlaylistEntry.updated_at,
    )
    default_order = (PlaylistEntry.created_at, PlaylistEntry.id)
