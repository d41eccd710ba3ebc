"""What a client sends and is shown of PlaylistEntry."""

from uuid import UUID

from src.core.types import Moment, Output


class PlaylistEntryRead(Output):
    """One playlist entry as it is shown."""

    id: UUID
    track_id: UUID
    position: int
    playlist_id: UUID
    created_at: Moment
    updated_at: Moment


class PlaylistEntryList(Output):
    """A page of playlist entries."""

    items: list[PlaylistEntryRead]
    total: int
    limit: int
    offset: int
