"""The embedded store: one SQLite file, safe for several processes."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from patternbank.embeddings import SparseVector, best_relevance, rarities, word_features
from patternbank.embeddings.dense import Encoder
from patternbank.errors import UnknownPatternError
from patternbank.lifecycle import Change, HistoryEntry, Scores, check_transition
from patternbank.patterns import PatternVersion, Status
from patternbank.ports import Ask, Conditions, Entry, Found, Hit
from patternbank.stores.connection import MEMORY, Connection
from patternbank.stores.lessons_embedded import EmbeddedLessons
from patternbank.stores.records_embedded import EmbeddedRuns
from patternbank.stores.rows import ENTRY_COLUMNS, entry_of, sorting, where
from patternbank.stores.writing import Tally, record, version_at, write_versions

if TYPE_CHECKING:
    from patternbank.stores.postings import Floats, Mask, Postings

ANY = Conditions()


class EmbeddedStore(EmbeddedRuns, EmbeddedLessons):
    """A bank in a file of its own, or in memory; see ``ports.Store`` for the questions."""

    def __init__(self, path: str | Path = MEMORY, *, read_only: bool = False, encoder: Encoder | None = None) -> None:
        self._file = Connection(path, read_only=read_only)
        self._encoder = encoder
        self._postings: Postings | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def revision(self) -> str:
        """Give the sum of the terms of all versions and active lessons, which every write keeps up to date."""
        return str(self._file.rows("SELECT revision FROM totals")[0][0])

    def entries(self, conditions: Conditions = ANY, *, after: str = "", limit: int | None = None) -> tuple[Entry, ...]:
        """List versions by name and version, one page or all."""
        clause, values = where(conditions)
        if after:
            name, _, version = after.partition("@")
            clause += " AND (name, sorting) > (?, ?)"
            values += [name, sorting(version)]
        sql = f"SELECT {ENTRY_COLUMNS} FROM versions WHERE {clause} ORDER BY name, sorting LIMIT ?"  # noqa: S608
        return tuple(entry_of(row) for row in self._file.rows(sql, [*values, -1 if limit is None else limit]))

    def providing(self, capability: str, conditions: Conditions = ANY) -> tuple[Entry, ...]:
        """Give the versions that provide a capability."""
        return self.entries(conditions.model_copy(update={"capability": capability}))

    def near(self, signature: SparseVector, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Compare with every version that meets the conditions, exactly."""
        postings, allowed = self._searched(conditions)
        scores = postings.structure.products(signature)
        return _hits(postings, scores, postings.best(scores, limit, allowed))

    def mentioning(self, text: str, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Rank every version that meets the conditions by BM25."""
        with self._file.reading():
            asked = rarities(text, self.holders(word_features(text)), self.size())
        postings, allowed = self._searched(conditions)
        scores = postings.words.products(asked) / (best_relevance(asked) or 1.0)
        return _hits(postings, scores, postings.best(scores, limit, allowed))

    def search(self, ask: Ask) -> tuple[Found, ...]:
        """Give the best of each leg, compared with every version that meets the conditions."""
        with self._file.reading():
            postings, allowed = self._searched(ask.conditions)
            cosines = postings.cosines(ask.dense)
            legs = (postings.structure.products(ask.signature), postings.words.products(ask.words), cosines)
            named = sorted({number for scores in legs for number in postings.best(scores, ask.limit, allowed)})
            entries = self._read(postings, named)
        return tuple(
            Found(entry=entry, dense=float(cosines[number])) for number, entry in zip(named, entries, strict=True)
        )

    def holders(self, features: Sequence[int]) -> Mapping[int, int]:
        """Say in how many versions each word's feature occurs."""
        sql = "SELECT feature, versions FROM holders WHERE feature IN (SELECT value FROM json_each(?))"
        counted = {row["feature"]: row["versions"] for row in self._file.rows(sql, (json.dumps(list(features)),))}
        return {key: counted.get(key, 0) for key in features}

    def size(self) -> int:
        """Count the versions."""
        return int(self._file.rows("SELECT versions FROM totals")[0][0])

    def entry(self, name: str, version: str) -> Entry | None:
        """Give one version as it is listed."""
        sql = f"SELECT {ENTRY_COLUMNS} FROM versions WHERE name = ? AND version = ?"  # noqa: S608
        rows = self._file.rows(sql, (name, version))
        return entry_of(rows[0]) if rows else None

    def versions(self, name: str) -> tuple[Entry, ...]:
        """Give all versions of a pattern, the oldest first."""
        sql = f"SELECT {ENTRY_COLUMNS} FROM versions WHERE name = ? ORDER BY sorting"  # noqa: S608
        return tuple(entry_of(row) for row in self._file.rows(sql, (name,)))

    def version(self, name: str, version: str) -> PatternVersion | None:
        """Give one version with its files."""
        sql = "SELECT body FROM contents JOIN versions USING (digest) WHERE name = ? AND version = ?"
        rows = self._file.rows(sql, (name, version))
        return PatternVersion.model_validate_json(rows[0]["body"]) if rows else None

    def contents(self, digest: str) -> PatternVersion | None:
        """Give a version with its files by digest."""
        rows = self._file.rows("SELECT body FROM contents WHERE digest = ?", (digest,))
        return PatternVersion.model_validate_json(rows[0]["body"]) if rows else None

    def capabilities(self) -> tuple[str, ...]:
        """Give every capability that some version provides."""
        return tuple(row[0] for row in self._file.rows("SELECT DISTINCT capability FROM capabilities ORDER BY 1"))

    def history(self, name: str, version: str) -> tuple[HistoryEntry, ...]:
        """Give the recorded changes of a version, the oldest first."""
        sql = "SELECT kind, before, after, change FROM history WHERE name = ? AND version = ? ORDER BY id"
        return tuple(
            HistoryEntry(
                kind=row["kind"],
                before=row["before"],
                after=row["after"],
                change=Change.model_validate_json(row["change"]),
            )
            for row in self._file.rows(sql, (name, version))
        )

    def note(self, key: str) -> str | None:
        """Read a remark about the bank."""
        rows = self._file.rows("SELECT value FROM notes WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    def keep_note(self, key: str, value: str) -> None:
        """Keep a remark about the bank."""
        with self._file.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)", (key, value))

    def add(
        self, patterns: Sequence[PatternVersion], change: Change, *, origin: str = "local", reissue: bool = False
    ) -> tuple[str, ...]:
        """Add versions in one transaction."""
        with self._file.writing() as connection:
            return write_versions(connection, patterns, origin, change, reissue=reissue)

    def move(self, name: str, version: str, status: Status, change: Change) -> None:
        """Change the state of a version along the lifecycle."""
        with self._file.writing() as connection:
            before = Status(self._one(name, version)["status"])
            check_transition(f"{name}@{version}", before, status, change)
            self._set(connection, (name, version), "status = ?", (status.value,))
            record(connection, (name, version), "status", (before.value, status.value), change)

    def rate(self, name: str, version: str, scores: Scores, change: Change) -> None:
        """Set the scores that evidence gives a version."""
        after = scores.model_dump_json()
        with self._file.writing() as connection:
            before = self._one(name, version)["scores"] or ""
            if before != after:
                self._set(connection, (name, version), "scores = ?, least = ?", (after, scores.least))
                record(connection, (name, version), "scores", (before, after), change)

    def _one(self, name: str, version: str) -> sqlite3.Row:
        rows = self._file.rows("SELECT status, scores FROM versions WHERE name = ? AND version = ?", (name, version))
        if not rows:
            raise UnknownPatternError(f"the bank holds no {name}@{version}", "see `patternbank list`")
        return rows[0]

    def _set(
        self, connection: sqlite3.Connection, version: tuple[str, str], columns: str, values: tuple[object, ...]
    ) -> None:
        """Change columns of a version, and the revision with them."""
        tally = Tally()
        tally.take_out(_found(version_at(connection, *version)))
        sql = f"UPDATE versions SET {columns} WHERE name = ? AND version = ?"  # noqa: S608 - columns are our own
        connection.execute(sql, (*values, *version))
        tally.put_in(_found(version_at(connection, *version)))
        tally.write(connection)

    def _searched(self, conditions: Conditions) -> "tuple[Postings, Mask]":
        """Give the index of this state of the file, and who meets the conditions."""
        with self._file.reading():
            revision = self.revision()
            if self._postings is None or self._postings.revision != revision:
                sql = "SELECT id, name, version, manifest, signature, words FROM versions"
                self._postings = _postings(revision, self._file.rows(sql), self._encoder)
            if not self._postings.knows(conditions):
                clause, values = where(conditions)
                rows = self._file.rows(f"SELECT id FROM versions WHERE {clause}", values)  # noqa: S608
                self._postings.allow(conditions, [row["id"] for row in rows])
            return self._postings, self._postings.allowed(conditions)

    def _read(self, postings: "Postings", numbers: Sequence[int]) -> list[Entry]:
        """Read entries by their numbers in the index, each once a revision."""
        missing = {int(postings.ids[number]): number for number in numbers if number not in postings.entries}
        if missing:
            sql = f"SELECT {ENTRY_COLUMNS} FROM versions WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
            for row in self._file.rows(sql, (json.dumps(list(missing)),)):
                postings.entries[missing[row["id"]]] = entry_of(row)
        return [postings.entries[number] for number in numbers]


def _found(row: sqlite3.Row | None) -> sqlite3.Row:
    assert row is not None  # noqa: S101 - the caller has just read it
    return row


def _hits(postings: "Postings", scores: "Floats", numbers: Sequence[int]) -> tuple[Hit, ...]:
    return tuple(
        Hit(reference=postings.references[number], score=min(1.0, float(scores[number]))) for number in numbers
    )


def _postings(revision: str, rows: Sequence[sqlite3.Row], encoder: Encoder | None) -> "Postings":
    """Build the index over all versions; numpy is loaded by the first search that needs it."""
    from patternbank.stores.postings import Postings

    return Postings(revision, rows, encoder)
