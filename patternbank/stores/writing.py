"""Write versions and their history into the embedded store's tables."""

import sqlite3

from patternbank.errors import VersionConflictError
from patternbank.lifecycle import Change
from patternbank.patterns import PatternVersion
from patternbank.stores.rows import searched_text, version_row

_COLUMNS = ("name", "version", "sorting", "digest", "status", "origin", "manifest", "stack", "signature", "words")
_INSERT = f"INSERT INTO versions ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608
_REPLACE = (
    "UPDATE versions SET digest = :digest, manifest = :manifest, stack = :stack, signature = :signature, "
    "words = :words, status = :status, scores = NULL, least = NULL WHERE name = :name AND version = :version"
)


def write_version(
    connection: sqlite3.Connection, pattern: PatternVersion, origin: str, change: Change, *, replaced: str = ""
) -> None:
    """Write a version, new or in place of the contents that had the digest ``replaced``."""
    body = pattern.model_dump_json(by_alias=True, exclude_defaults=True)
    connection.execute("INSERT OR IGNORE INTO contents (digest, body) VALUES (?, ?)", (pattern.digest, body))
    connection.execute(_REPLACE if replaced else _INSERT, version_row(pattern, origin))
    sql = "SELECT id FROM versions WHERE name = ? AND version = ?"
    number = connection.execute(sql, (pattern.name, pattern.version)).fetchone()[0]
    connection.execute("DELETE FROM capabilities WHERE version_id = ?", (number,))
    connection.executemany(
        "INSERT INTO capabilities (capability, version_id) VALUES (?, ?)",
        [(capability, number) for capability in pattern.manifest.capabilities],
    )
    connection.execute("DELETE FROM version_text WHERE rowid = ?", (number,))
    connection.execute("INSERT INTO version_text (rowid, text) VALUES (?, ?)", (number, searched_text(pattern)))
    if replaced:
        record(connection, (pattern.name, pattern.version), "reissued", (replaced, pattern.digest), change)
    else:
        record(connection, (pattern.name, pattern.version), "added", ("", pattern.manifest.status.value), change)


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
