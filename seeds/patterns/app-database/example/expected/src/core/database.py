"""The database: declarative base, engine, sessions and the moments of a transaction."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, event, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, UOWTransaction, mapped_column

from src.core.config import Settings

MINIMUM_SERVER_VERSION = 170000
CLOCK = "clock"
WRITTEN = "written"


class Base(DeclarativeBase):
    """The base of every entity."""

    def broken_rule(self) -> str | None:
        """Say what is wrong with this row as a whole, if anything is."""
        return None


class Timestamped:
    """An entity that knows when it was created and when a stored value of it last changed."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), sort_order=1)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), sort_order=1)


class Clock:
    """The moments of one transaction: `now` stays, each `tick` is later than the one before."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self._last = self.now

    @property
    def today(self) -> date:
        """The day of `now` in UTC."""
        return self.now.date()

    def tick(self) -> datetime:
        """Give the next moment, so that rows keep the order in which they were made."""
        moment, self._last = self._last, self._last + timedelta(microseconds=1)
        return moment


def clock_of(session: AsyncSession) -> Clock:
    """Give the clock of a session."""
    clock: Clock = session.info[CLOCK]
    return clock


@event.listens_for(Session, "before_flush")
def _stamp_changes(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    changed = [row for row in session.dirty if session.is_modified(row, include_collections=False)]
    for row in changed:
        if isinstance(row, Timestamped):
            row.updated_at = session.info[CLOCK].tick()
    session.info[WRITTEN] = [*session.info.get(WRITTEN, ()), *session.new, *changed]


def written_rows(session: Session) -> list[Base]:
    """Give the rows that the transaction has made or changed so far and not deleted."""
    changed = [row for row in session.dirty if session.is_modified(row, include_collections=False)]
    rows = [*session.info.get(WRITTEN, ()), *session.new, *changed]
    return [row for row in dict.fromkeys(rows) if row in session and row not in session.deleted]


class Database:
    """The engine and its two kinds of sessions: one writes in transactions, one only reads."""

    def __init__(self, settings: Settings) -> None:
        self.engine = create_async_engine(
            settings.async_database_url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_pool_overflow,
            pool_timeout=settings.database_pool_timeout,
            pool_recycle=1800,
            hide_parameters=True,
        )
        self._writing = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._reading = async_sessionmaker(
            self.engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False, autoflush=False
        )

    def writing(self) -> AsyncSession:
        """Open a session for one transaction."""
        return self._writing(info={CLOCK: Clock()})

    def reading(self) -> AsyncSession:
        """Open a session in which each statement stands alone."""
        return self._reading(info={CLOCK: Clock()})

    async def check(self) -> None:
        """Stop the start on a server that cannot keep the promises of this application."""
        async with self.reading() as session:
            version = int(await session.scalar(text("SHOW server_version_num")) or 0)
            encoding = await session.scalar(text("SHOW server_encoding"))
        if version < MINIMUM_SERVER_VERSION:
            raise RuntimeError(f"PostgreSQL 17 or later is required, the server's version is {version // 10000}")
        if encoding != "UTF8":
            raise RuntimeError(f"a database with encoding UTF8 is required, this one has {encoding}")

    async def is_ready(self) -> bool:
        """Ask the database whether it answers."""
        async with self.reading() as session:
            return await session.scalar(text("SELECT true")) is True

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
