"""What can be done with playlists."""

from sqlalchemy.ext.asyncio import AsyncSession

from src.repositories.playlist import PlaylistRepository
from src.repositories.track import TrackRepository


class PlaylistService:
    """The operations on Playlist."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.tracks = TrackRepository(session)
        self.playlists = PlaylistRepository(session)
