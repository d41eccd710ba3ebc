"""The tables of the embedded store, and how an older file comes to have them."""

import sqlite3
from collections import Counter

from patternbank.revision import EMPTY, revision_of, term
from patternbank.stores.lessons_schema import LESSONS
from patternbank.stores.records_schema import RECORDS
from patternbank.stores.rows import unpack

SCHEMA_VERSION = 3

PATTERNS = """
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE contents (digest TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    sorting TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES contents (digest),
    status TEXT NOT NULL CHECK (status IN ('draft', 'candidate', 'golden', 'deprecated', 'retired')),
    origin TEXT NOT NULL,
    manifest TEXT NOT NULL,
    stack TEXT NOT NULL,
    scores TEXT,
    least REAL,
    signature BLOB NOT NULL,
    words BLOB NOT NULL,
    UNIQUE (name, version)
);
CREATE UNIQUE INDEX versions_in_order ON versions (name, sorting);
CREATE TABLE capabilities (
    capability TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions (id),
    PRIMARY KEY (capability, version_id)
) WITHOUT ROWID;
CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    kind TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    change TEXT NOT NULL
);
CREATE INDEX history_of_version ON history (name, version);
"""

COUNTS = """
CREATE TABLE holders (feature INTEGER PRIMARY KEY, versions INTEGER NOT NULL);
CREATE TABLE totals (one INTEGER PRIMARY KEY CHECK (one = 1), revision TEXT NOT NULL, versions INTEGER NOT NULL);
"""


def create(connection: sqlite3.Connection) -> None:
    """Make all tables in an empty file."""
    _execute(connection, PATTERNS + COUNTS + RECORDS + LESSONS)
    connection.execute("INSERT INTO totals (one, revision, versions) VALUES (1, ?, 0)", (EMPTY,))


def upgrade(connection: sqlite3.Connection, found: int) -> None:
    """Bring a file of an older release to this one, within the caller's transaction."""
    if found == 1:
        _execute(connection, "DROP TABLE version_text;\n" + COUNTS + RECORDS)
        _count(connection)
    if found < SCHEMA_VERSION:
        _execute(connection, LESSONS)


def _count(connection: sqlite3.Connection) -> None:
    """Fill the counts from the versions that are there."""
    rows = connection.execute("SELECT name, version, digest, status, scores, words FROM versions").fetchall()
    counted = Counter(feature for row in rows for feature, _ in unpack(row["words"]))
    connection.executemany("INSERT INTO holders (feature, versions) VALUES (?, ?)", sorted(counted.items()))
    revision = revision_of(
        term(row["name"], row["version"], row["digest"], row["status"], row["scores"] or "") for row in rows
    )
    connection.execute("INSERT INTO totals (one, revision, versions) VALUES (1, ?, ?)", (revision, len(rows)))


def _execute(connection: sqlite3.Connection, script: str) -> None:
    """Run statements one by one: a script as a whole would commit."""
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)
