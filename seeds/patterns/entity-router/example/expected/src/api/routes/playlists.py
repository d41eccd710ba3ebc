"""Routes of playlists."""

from fastapi import APIRouter

from src.core.routing import Route

router = APIRouter(route_class=Route, tags=["playlists"])
