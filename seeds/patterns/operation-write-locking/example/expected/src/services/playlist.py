"""A service."""

from uuid import UUID

from src.core.conditions import ensure, found
from src.core.transactions import finish
from src.models.entities.playlist import Playlist
from src.models.entities.playlist_entry import PlaylistEntry
from src.models.schemas.playlist import CopyPlaylistInput, PlaylistRead
from src.repositories.playlist import PlaylistRepository


class PlaylistService:
    """Operations."""

    async def copy_playlist(self, playlist_id: UUID, body: CopyPlaylistInput) -> PlaylistRead:
        """Copy playlist."""
        playlist = found(await self.playlists.lock(playlist_id, load=[PlaylistRepository.songs]), "playlist")
        copy = self.playlists.add(Playlist(title=body.title, public=False, limit_seconds=playlist.limit_seconds))
        for song in list(playlist.songs):
            self.playlist_entries.add(
                PlaylistEntry(track_id=song.track_id, position=song.position, playlist_id=copy.id, playlist=copy)
            )
        ensure(
            len(copy.songs) == len(playlist.songs),
            "this does not hold afterwards: size(copy.songs) == size(playlist.songs)",
            409,
        )
        ensure(not copy.public, "this does not hold afterwards: !copy.public", 409)
        await finish(self.session, 409)
        return PlaylistRead.model_validate(copy)
