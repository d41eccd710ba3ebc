"""Every entity, so that whoever imports the package knows all tables."""

from src.models.entities.playlist import Playlist as Playlist
