"""Run what a graph lacks, one runner at a time; refuse a history that is not that of this release."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, Protocol

from patternbank.errors import StoreError
from patternbank.migrating.files import Migration, read_migrations
from patternbank.values import Frozen

PATIENCE = 30.0
LONGEST = 3600.0
BOOTSTRAP = {
    "migration_number": "CREATE CONSTRAINT migration_number IF NOT EXISTS FOR (n:Migration) REQUIRE n.number IS UNIQUE",
    "migration_lock_name": (
        "CREATE CONSTRAINT migration_lock_name IF NOT EXISTS FOR (n:MigrationLock) REQUIRE n.name IS UNIQUE"
    ),
}
THERE = "SHOW CONSTRAINTS YIELD name WHERE name IN $names RETURN name"
LOCK = "MERGE (l:MigrationLock {name: 'migrations'}) SET l.name = l.name"
APPLIED = "MATCH (m:Migration) RETURN m.number AS number, m.name AS name, m.checksum AS checksum ORDER BY m.number"
RECORD = "CREATE (:Migration {number: $number, name: $name, checksum: $checksum, moment: $moment})"


class Graph(Protocol):
    """What the runner asks of a connection."""

    url: str

    def rows(self, question: str, /, **values: object) -> Sequence[Mapping[str, Any]]:
        """Ask one question."""

    def alter(self, statement: str) -> None:
        """Run one statement in a transaction of its own."""

    def holding(self, statement: str, *, seconds: float, patience: float) -> AbstractContextManager[None]:
        """Keep the locks that a statement takes; raise ``TimeoutError`` when they are not to be had."""

    def note(self, statement: str, /, **values: object) -> None:
        """Run one statement with values in a transaction of its own."""


class Applied(Frozen):
    """A migration that a graph has seen."""

    number: int
    name: str
    checksum: str


class Migrated(Frozen):
    """What a run did, or with ``dry_run`` would have done."""

    before: tuple[str, ...]
    ran: tuple[str, ...]
    dry_run: bool


def migrate(graph: Graph, *, dry_run: bool = False, migrations: Sequence[Migration] | None = None) -> Migrated:
    """Run what is missing, in order; raise ``StoreError`` on a changed or missing migration, or a second runner."""
    known = tuple(read_migrations() if migrations is None else migrations)
    if dry_run:
        seen = applied(graph)
        return _told(seen, check_history(graph.url, seen, known), dry_run=True)
    _prepare(graph)
    try:
        with graph.holding(LOCK, seconds=LONGEST, patience=PATIENCE):
            seen = applied(graph)
            missing = check_history(graph.url, seen, known)
            for migration in missing:
                _run(graph, migration)
    except TimeoutError as error:
        raise StoreError(
            f"{graph.url} was locked for {PATIENCE:.0f} seconds: somebody else migrates it, or it is very busy",
            "wait until they are done, and try again",
        ) from error
    return _told(seen, missing, dry_run=False)


def applied(graph: Graph) -> tuple[Applied, ...]:
    """Give the migrations that a graph has seen, in order."""
    return tuple(Applied.model_validate(dict(row)) for row in graph.rows(APPLIED))


def check_migrated(graph: Graph, migrations: Sequence[Migration] | None = None) -> None:
    """Raise ``StoreError`` where a graph is not at this release's schema."""
    known = tuple(read_migrations() if migrations is None else migrations)
    missing = check_history(graph.url, applied(graph), known)
    if missing:
        raise StoreError(
            f"the pattern bank {graph.url} is not up to date: {missing[0].file} has not been run",
            "run `patternbank migrate`",
        )


def check_history(url: str, seen: Sequence[Applied], known: Sequence[Migration]) -> tuple[Migration, ...]:
    """Give what was not run yet; refuse what was run and is changed or unknown now, and gaps."""
    by_number = {migration.number: migration for migration in known}
    for one in seen:
        migration = by_number.pop(one.number, None)
        if migration is None:
            raise StoreError(
                f"{url} has seen migration {one.number:04d}_{one.name}, which this release does not have",
                "use the release that made it, or a newer one",
            )
        if migration.checksum != one.checksum:
            raise StoreError(
                f"{migration.file} was changed after it was run on {url}",
                "take the change back: what is to change comes in a new migration",
            )
    last = max((one.number for one in seen), default=0)
    late = next((migration for migration in known if migration.number in by_number and migration.number < last), None)
    if late is not None:
        raise StoreError(
            f"{late.file} was never run on {url}, although a later migration was", "restore the graph from a backup"
        )
    return tuple(migration for migration in known if migration.number in by_number)


def _prepare(graph: Graph) -> None:
    """Make what the lock needs, unless it is there: making it again would wait for whoever holds the lock."""
    there = {row["name"] for row in graph.rows(THERE, names=sorted(BOOTSTRAP))}
    for name, statement in BOOTSTRAP.items():
        if name not in there:
            graph.alter(statement)


def _run(graph: Graph, migration: Migration) -> None:
    for statement in migration.statements:
        graph.alter(statement)
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    told = {"number": migration.number, "name": migration.name, "checksum": migration.checksum}
    graph.note(RECORD, **told, moment=moment)


def _told(seen: Sequence[Applied], missing: Sequence[Migration], *, dry_run: bool) -> Migrated:
    before = tuple(f"{one.number:04d}_{one.name}.cypher" for one in seen)
    return Migrated(before=before, ran=tuple(migration.file for migration in missing), dry_run=dry_run)
