"""Write versions, their history and the counts that follow from them into the embedded store's tables."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from patternbank.errors import VersionConflictError
from patternbank.lifecycle import Change
from patternbank.patterns import PatternVersion
from patternbank.revision import moved, term
from patternbank.stores.rows import keys_of, version_row

Columns: TypeAlias = sqlite3.Row | Mapping[str, Any]
_COLUMNS = ("name", "version", "sorting", "digest", "status", "origin", "manifest", "stack", "signature", "words")
_INSERT = f"INSERT INTO versions ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608
_REPLACE = (
    "UPDATE versions SET digest = :digest, manifest = :manifest, stack = :stack, signature = :signature, "
    "words = :words, status = :status, scores = NULL, least = NULL WHERE name = :name AND version = :version"
)
_GROW = (
    "INSERT INTO holders (feature, versions) VALUES (?, ?) "
    "ON CONFLICT (feature) DO UPDATE SET versions = versions + excluded.versions"
)


class Tally:
    """What a transaction changes in the counts: which words are held how often, how many versions, the revision."""

    def __init__(self) -> None:
        self._words: Counter[int] = Counter()
        self._versions = 0
        self._gone: list[int] = []
        self._come: list[int] = []

    def take_out(self, row: Columns) -> None:
        """Count a version's row out."""
        self._gone.append(term_of(row))
        self._words.subtract(keys_of(row["words"]))
        self._versions -= 1

    def put_in(self, row: Columns) -> None:
        """Count a version's row in."""
        self._come.append(term_of(row))
        self._words.update(keys_of(row["words"]))
        self._versions += 1

    def write(self, connection: sqlite3.Connection) -> None:
        """Bring the tables up to date."""
        grown = sorted((feature, count) for feature, count in self._words.items() if count)
        connection.executemany(_GROW, grown)
        before = connection.execute("SELECT revision FROM totals").fetchone()[0]
        after = moved(before, gone=self._gone, come=self._come)
        connection.execute("UPDATE totals SET revision = ?, versions = versions + ?", (after, self._versions))


def term_of(row: Columns) -> int:
    """Give the share of a version's row in the revision."""
    return term(row["name"], row["version"], row["digest"], row["status"], row["scores"] or "")


def version_at(connection: sqlite3.Connection, name: str, version: str) -> sqlite3.Row | None:
    """Read what counts of a version."""
    sql = "SELECT id, name, version, digest, status, scores, origin, words FROM versions WHERE name = ? AND version = ?"
    found: sqlite3.Row | None = connection.execute(sql, (name, version)).fetchone()
    return found


def write_versions(
    connection: sqlite3.Connection, patterns: Iterable[PatternVersion], origin: str, change: Change, *, reissue: bool
) -> tuple[str, ...]:
    """Write versions that are new, or with ``reissue`` have new contents; give their references."""
    tally, added = Tally(), []
    for pattern in patterns:
        held = version_at(connection, pattern.name, pattern.version)
        if held is not None and held["digest"] == pattern.digest:
            continue
        if held is not None:
            if not (reissue and held["origin"] == origin):
                raise conflict(pattern, held["digest"])
            tally.take_out(held)
        row = version_row(pattern, origin)
        _write(connection, pattern, row, change, held)
        tally.put_in({**row, "scores": None})
        added.append(pattern.reference)
    if added:
        tally.write(connection)
    return tuple(added)


def _write(
    connection: sqlite3.Connection,
    pattern: PatternVersion,
    row: dict[str, object],
    change: Change,
    held: sqlite3.Row | None,
) -> None:
    """Write a version, new or in place of the contents that are held."""
    body = pattern.model_dump_json(by_alias=True, exclude_defaults=True)
    connection.execute("INSERT OR IGNORE INTO contents (digest, body) VALUES (?, ?)", (pattern.digest, body))
    number = connection.execute(_REPLACE if held else _INSERT, row).lastrowid
    if held:
        number = held["id"]
        connection.execute("DELETE FROM capabilities WHERE version_id = ?", (number,))
        record(connection, (pattern.name, pattern.version), "reissued", (held["digest"], pattern.digest), change)
    else:
        record(connection, (pattern.name, pattern.version), "added", ("", pattern.manifest.status.value), change)
    connection.executemany(
        "INSERT INTO capabilities (capability, version_id) VALUES (?, ?)",
        [(capability, number) for capability in pattern.manifest.capabilities],
    )


def record(
    connection: sqlite3.Connection, version: tuple[str, str], kind: str, states: tuple[str, str], change: Change
) -> None:
    """Write who changed a version, when and why."""
    connection.execute(
        "INSERT INTO history (name, version, kind, before, after, change) VALUES (?, ?, ?, ?, ?, ?)",
        (*version, kind, *states, change.model_dump_json()),
    )


def conflict(pattern: PatternVersion, known: str) -> VersionConflictError:
    """Say that a version cannot change."""
    return VersionConflictError(
        f"{pattern.reference} is in the bank with other contents ({known[:12]}, not {pattern.digest[:12]})",
        "a version never changes: raise the version number in pattern.yaml",
    )
