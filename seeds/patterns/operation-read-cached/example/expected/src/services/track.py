"""A service."""

from uuid import UUID

from src.core.conditions import found
from src.models.schemas.track import TrackRead


class TrackService:
    """Operations."""

    async def read_track(self, track_id: UUID) -> TrackRead:
        """Read track."""
        row = found(await self.tracks.row(track_id), "track")
        return TrackRead.model_validate(row)
