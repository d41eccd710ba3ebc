# mypy: ignore-errors
"""Put a row in, and read it back."""

import asyncio
import os

import asyncpg


async def main() -> None:
    """One row outside and one that refers to it."""
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("INSERT INTO outside VALUES (1); INSERT INTO item VALUES (1)")
    assert await connection.fetchval("SELECT count(*) FROM item") == 1
    await connection.close()


asyncio.run(main())
