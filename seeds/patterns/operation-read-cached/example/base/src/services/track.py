"""A service."""


class TrackService:
    """Operations."""
