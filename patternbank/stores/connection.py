"""A connection to the embedded store's file: safe for several processes, or for reading alone."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from patternbank.errors import StoreError
from patternbank.stores.schema import SCHEMA_VERSION, create, upgrade

PATIENCE = 30.0
MEMORY = ":memory:"


class Connection:
    """One connection, used by one thread at a time; writes are transactions of their own."""

    def __init__(self, path: str | Path, *, read_only: bool = False) -> None:
        self.path = str(path)
        self.read_only = read_only
        self._lock = threading.RLock()
        try:
            self._connection = self._open()
            self._check_schema()
        except sqlite3.Error as error:
            raise StoreError(f"the pattern bank {self.path} cannot be opened: {error}", self._hint()) from error
        except OSError as error:
            hint = "name a place that you may write to in PATTERNBANK_PATH"
            raise StoreError(f"the folder of the pattern bank {self.path} cannot be made: {error}", hint) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock of the file; commit at the end, roll back on any error."""
        if self.read_only:
            raise StoreError(f"the pattern bank {self.path} is open for reading only", "open it for writing")
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let several questions see the same state of the file."""
        with self._lock, self._explained():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.rollback()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Ask a question, with its values apart from its words."""
        with self._lock, self._explained():
            return self._connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._lock:
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        if self.read_only:
            connection = self._open_for_reading()
        else:
            if self.path != MEMORY:
                Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            connection = self._connect(self.path, uri=False)
            _use_write_ahead_log(connection)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _open_for_reading(self) -> sqlite3.Connection:
        """Open without any right to write; a folder that may not be written holds a file that does not change."""
        address = Path(self.path).resolve().as_uri()
        frozen = not os.access(Path(self.path).resolve().parent, os.W_OK) and not Path(self.path + "-wal").exists()
        connection = self._connect(f"{address}?mode=ro" + ("&immutable=1" if frozen else ""), uri=True)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _connect(self, address: str, *, uri: bool) -> sqlite3.Connection:
        return sqlite3.connect(address, uri=uri, timeout=PATIENCE, isolation_level=None, check_same_thread=False)

    def _check_schema(self) -> None:
        if self._schema_version() < SCHEMA_VERSION and not self.read_only:
            with self.writing() as connection:
                found = self._schema_version()
                if found == 0:
                    create(connection)
                elif found < SCHEMA_VERSION:
                    upgrade(connection, found)
                if found < SCHEMA_VERSION:
                    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION:d}")
        found = self._schema_version()
        if found != SCHEMA_VERSION:
            older = "open it once for writing: `patternbank list` brings it up to date"
            raise StoreError(
                f"the pattern bank {self.path} has schema {found}, and this release knows {SCHEMA_VERSION}",
                older if found < SCHEMA_VERSION else "use the release that made it, or another file",
            )

    def _schema_version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"the pattern bank {self.path} fails: {error}", self._hint()) from error
        except UnicodeEncodeError as error:
            raise StoreError(f"{error.object[:40]!r} is no text", "write it in UTF-8") from error

    def _hint(self) -> str:
        return "check that the file is a pattern bank, its rights and the space on the disk"


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL; the switch itself does not wait for others, so it is tried again."""
    deadline = time.monotonic() + PATIENCE
    while connection.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA synchronous = NORMAL")
