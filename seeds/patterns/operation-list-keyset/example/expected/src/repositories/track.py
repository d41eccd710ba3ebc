"""Rows."""

from src.core.pagination import any_of, containing, ordering
from src.models.entities.track import Track
from src.models.schemas.track import TrackQuery
from src.repositories.pages import Page, page_after


class TrackRepository:
    """Rows."""

    async def list_tracks(self, query: TrackQuery) -> Page:
        """Find the tracks that a client asks for."""
        conditions = (
            *any_of(Track.artist_id, query.artist_id),
            *any_of(Track.explicit, query.explicit),
            *containing(query.q, Track.title),
        )
        return await page_after(self, conditions, ordering(query.sort, SORTABLE), query, f"list_tracks {query.sort}")
