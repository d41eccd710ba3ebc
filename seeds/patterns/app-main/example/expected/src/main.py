"""The application: `uvicorn src.main:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from src.api import health
from src.api.methods import answer_wrong_method
from src.api.routes import labels, parcels, shelfs
from src.core.config import Settings, get_settings
from src.core.database import Database
from src.core.errors import answer_refusal
from src.core.logging import configure_logging
from src.core.middleware import RequestLayer

TITLE = "Parcels API"
DESCRIPTION = "Parcels wait on shelves until somebody takes them."
VERSION = "0.1.0"
LICENCE = {"name": "MIT"}

ROUTERS: tuple[APIRouter, ...] = (labels.router, shelfs.router, parcels.router)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the database for as long as the application runs."""
    database = Database(app.state.settings)
    try:
        await database.check()
        app.state.database = database
        yield
    finally:
        await database.close()


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application."""
    settings = settings or get_settings()
    configure_logging(settings.log_level)
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=VERSION,
        license_info=LICENCE,
        lifespan=lifespan,
        openapi_url="/openapi.json" if settings.shows_docs else None,
        redirect_slashes=False,
        strict_content_type=False,
    )
    app.state.settings = settings
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(health.router)
    app.add_exception_handler(HTTPException, answer_refusal)
    app.add_exception_handler(405, answer_wrong_method)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["Location", "X-Request-ID"],
        )
    app.add_middleware(RequestLayer, settings=settings)
    return app


app = create_app()
