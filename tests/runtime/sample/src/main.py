# mypy: ignore-errors
"""The smallest application that a deployer can deploy."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Refuse to start when told to."""
    if os.environ.get("REFUSE"):
        raise RuntimeError("told to refuse")
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/ready")
async def ready() -> dict[str, int]:
    """Count the rows."""
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    try:
        return {"items": await connection.fetchval("SELECT count(*) FROM item")}
    finally:
        await connection.close()
