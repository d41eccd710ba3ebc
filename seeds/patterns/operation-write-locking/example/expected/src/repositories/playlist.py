"""Rows."""


class PlaylistRepository:
    """Rows."""
