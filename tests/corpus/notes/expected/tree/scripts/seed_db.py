"""Put a small set of rows to look at into the database, and read them back: `python scripts/seed_db.py`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import src.models.entities  # noqa: F401
from src.core.config import get_settings
from src.core.database import Base

Row = dict[str, Any]

NOW = datetime.now(UTC).replace(microsecond=0)

ROWS: tuple[tuple[str, Row], ...] = (
    (
        "folders",
        {
            "id": UUID("00000000-0000-4000-8000-000100000001"),
            "title": "Word 0",
            "state": "OPEN",
            "created_at": NOW - timedelta(days=2),
            "updated_at": NOW - timedelta(days=2),
        },
    ),
    (
        "folders",
        {
            "id": UUID("00000000-0000-4000-8000-000100000002"),
            "title": "Word 1",
            "state": "OPEN",
            "created_at": NOW - timedelta(seconds=172799),
            "updated_at": NOW - timedelta(seconds=172799),
        },
    ),
    (
        "notes",
        {
            "id": UUID("00000000-0000-4000-8000-000200000001"),
            "text": "Word 0",
            "weight": Decimal("1.37"),
            "due": NOW.date() + timedelta(days=1),
            "folder_id": UUID("00000000-0000-4000-8000-000100000001"),
            "created_at": NOW - timedelta(seconds=172798),
            "updated_at": NOW - timedelta(seconds=172798),
        },
    ),
    (
        "notes",
        {
            "id": UUID("00000000-0000-4000-8000-000200000002"),
            "text": "Word 1",
            "weight": Decimal("2.74"),
            "due": NOW.date() + timedelta(days=2),
            "folder_id": UUID("00000000-0000-4000-8000-000100000002"),
            "created_at": NOW - timedelta(seconds=172797),
            "updated_at": NOW - timedelta(seconds=172797),
        },
    ),
)


async def write(engine: AsyncEngine) -> None:
    """Write the rows that are not there yet, in one transaction."""
    async with engine.begin() as connection:
        for name, values in ROWS:
            table = Base.metadata.tables[name]
            statement = insert(table).values({key_of(table, column): value for column, value in values.items()})
            await connection.execute(statement.on_conflict_do_nothing(index_elements=table.primary_key))
        for name in dict.fromkeys(name for name, _ in ROWS):
            await count_on(connection, Base.metadata.tables[name])


def key_of(table: Table, column: str) -> Any:
    """Give the column of this name in the database."""
    return next(known for known in table.columns if known.name == column)


async def count_on(connection: AsyncConnection, table: Table) -> None:
    """Let a table that numbers its rows go on after the greatest number."""
    for column in table.primary_key:
        if column.identity is not None:
            sequence = func.pg_get_serial_sequence(str(table), column.name)
            await connection.execute(select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


async def missing(engine: AsyncEngine) -> list[str]:
    """Name the rows that a new connection does not find."""
    absent = []
    async with engine.connect() as connection:
        for name, values in ROWS:
            table = Base.metadata.tables[name]
            key = {column.name: values[column.name] for column in table.primary_key}
            named = [column == key[column.name] for column in table.primary_key]
            if await connection.scalar(select(func.count()).select_from(table).where(*named)) != 1:
                absent.append(f"{name} {', '.join(str(value) for value in key.values())}")
    return absent


async def seed() -> int:
    """Write, read back in a new connection, and give the exit code."""
    engine = create_async_engine(get_settings().async_database_url, hide_parameters=True)
    try:
        await write(engine)
        await engine.dispose()
        absent = await missing(engine)
    except SQLAlchemyError as error:
        print(f"the rows could not be written: {error}", file=sys.stderr)
        return 1
    finally:
        await engine.dispose()
    for row in absent:
        print(f"missing: {row}", file=sys.stderr)
    if not absent:
        print(f"{len(ROWS)} rows are there")
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(seed()))
