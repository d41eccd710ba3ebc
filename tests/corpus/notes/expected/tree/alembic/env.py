"""Run migrations on the database of the settings."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from sqlalchemy import Connection, inspect, pool
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import CreateSchema

import src.models.entities  # noqa: F401
from alembic import context
from src.core.config import get_settings
from src.core.database import Base

DATABASE_URL = get_settings().async_database_url
SCHEMA: str | None = None
SCHEMAS: frozenset[str] = frozenset(["public"])
EXTERNAL: frozenset[str] = frozenset([])


def is_ours(name: str | None, kind: str, parents: MutableMapping[Any, str | None]) -> bool:
    """Leave alone what other services own."""
    if kind == "schema":
        return (name or "public") in SCHEMAS
    if kind == "table":
        return f"{parents.get('schema_name') or 'public'}.{name}" not in EXTERNAL
    return True


def is_migrated(item: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """Leave alone the tables that other services own and this application reads."""
    schema = getattr(item, "schema", None) or "public"
    return kind != "table" or f"{schema}.{name}" not in EXTERNAL


def migrate_offline() -> None:
    """Write the statements instead of running them."""
    context.configure(
        url=DATABASE_URL.render_as_string(hide_password=False),
        target_metadata=Base.metadata,
        literal_binds=True,
        version_table_schema=SCHEMA,
    )
    with context.begin_transaction():
        if SCHEMA is not None:
            context.execute(CreateSchema(SCHEMA, if_not_exists=True))
        context.run_migrations()


def migrate(connection: Connection) -> None:
    """Run the migrations in one transaction."""
    if SCHEMA is not None and not inspect(connection).has_schema(SCHEMA):
        connection.execute(CreateSchema(SCHEMA))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_schemas=True,
        include_name=is_ours,
        include_object=is_migrated,
        version_table_schema=SCHEMA,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_online() -> None:
    """Connect, migrate, disconnect."""
    engine = create_async_engine(DATABASE_URL, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if context.is_offline_mode():
    migrate_offline()
else:
    asyncio.run(migrate_online())
