"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what is needed for as long as the application runs."""
    # place: opening
    try:
        yield
    finally:
        # place: closing
        pass
