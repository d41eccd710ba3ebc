"""Playlists API."""
