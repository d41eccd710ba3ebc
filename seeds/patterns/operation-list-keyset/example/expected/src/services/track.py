"""A service."""

from src.models.schemas.track import TrackList, TrackQuery


class TrackService:
    """Operations."""

    async def list_tracks(self, query: TrackQuery) -> TrackList:
        """List tracks."""
        page = await self.tracks.list_tracks(query)
        return TrackList.model_validate(
            {"items": page.rows, "total": page.total, "limit": query.limit, "next": page.next}
        )
