"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from src.core.cache import Cache


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what is needed for as long as the application runs."""

    app.state.cache = Cache(app.state.settings)
    try:
        yield
    finally:
        await app.state.cache.close()
        pass
