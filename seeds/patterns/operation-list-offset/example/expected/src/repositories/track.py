"""Rows."""

from src.core.pagination import any_of, containing, ordering
from src.models.entities.track import Track
from src.models.schemas.track import TrackQuery
from src.repositories.base import Page


class TrackRepository:
    """Rows."""

    async def list_tracks(self, query: TrackQuery) -> Page:
        """Find the tracks that a client asks for."""
        conditions = (
            *any_of(Track.artist_id, query.artist_id),
            *any_of(Track.explicit, query.explicit),
            *containing(query.q, Track.title),
        )
        return await self.page(conditions, ordering(query.sort, SORTABLE), query.limit, query.offset)
