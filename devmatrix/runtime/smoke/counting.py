"""Counts how often statements read tables: for a while, views that count stand in front of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devmatrix.runtime.sql import quote_name, quote_text

if TYPE_CHECKING:
    import asyncpg  # type: ignore[import-untyped]

LOCK_SECONDS = 5
_HIDDEN = "devmatrix_smoke"
"""Begins the names of what is there only while it is counted."""


@dataclass(frozen=True)
class Count:
    """How many readings there were so far; a statement that reads a table in two places reads it twice."""

    pool: "asyncpg.Pool"
    sequence: str

    async def readings(self) -> int:
        """All readings since the count began."""
        query = f"SELECT last_value - (NOT is_called)::int FROM {self.sequence}"  # noqa: S608 - a name of ours
        return int(await self.pool.fetchval(query))


@asynccontextmanager
async def counting(pool: "asyncpg.Pool", tables: Sequence[str]) -> AsyncIterator[Count]:
    """Count for the length of the block; raises asyncpg's PostgresError where the tables cannot be replaced.

    Each table is renamed, and a view of its name asks a sequence for its next number once in each statement.
    """
    sequence = f"{_schema_of(tables[0])}.{quote_name(f'{_HIDDEN}_readings')}"
    begin = [f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'", f"CREATE SEQUENCE {sequence}"]
    end = [f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"]
    for number, table in enumerate(tables):
        name, hidden = table.removeprefix(f"{_schema_of(table)}."), quote_name(f"{_HIDDEN}_{number}")
        behind = f"{_schema_of(table)}.{hidden}"
        once = f"(SELECT nextval({quote_text(sequence)}::regclass)) > 0"
        begin += [f"ALTER TABLE {table} RENAME TO {hidden}"]
        begin += [f"CREATE VIEW {table} AS SELECT * FROM {behind} WHERE {once}"]  # noqa: S608 - quoted names
        end += [f"DROP VIEW {table}", f"ALTER TABLE {behind} RENAME TO {name}"]
    await pool.execute("; ".join(begin))
    try:
        yield Count(pool, sequence)
    finally:
        await pool.execute("; ".join([*end, f"DROP SEQUENCE {sequence}"]))


def _schema_of(table: str) -> str:
    """The quoted schema of a quoted table: up to the dot after an even number of quotes."""
    place = next(n for n, sign in enumerate(table) if sign == "." and table[:n].count('"') % 2 == 0)
    return table[:place]
