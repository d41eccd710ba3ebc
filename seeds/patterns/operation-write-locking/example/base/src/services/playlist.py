"""A service."""


class PlaylistService:
    """Operations."""
