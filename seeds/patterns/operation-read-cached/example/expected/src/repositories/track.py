"""Rows."""


class TrackRepository:
    """Rows."""
