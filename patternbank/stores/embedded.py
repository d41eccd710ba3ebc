"""The embedded store: one SQLite file, safe for several processes."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from patternbank.embeddings import SparseVector, relevance, words
from patternbank.errors import UnknownPatternError
from patternbank.lifecycle import Change, HistoryEntry, Scores, check_transition
from patternbank.patterns import PatternVersion, Status
from patternbank.ports import Conditions, Entry, Hit
from patternbank.stores.connection import MEMORY, Connection
from patternbank.stores.rows import ENTRY_COLUMNS, entry_of, sorting, unpack, where
from patternbank.stores.writing import conflict, record, write_version
from patternbank.values import digest

if TYPE_CHECKING:
    from patternbank.stores.postings import Postings

ANY = Conditions()


class EmbeddedStore:
    """Patterns in a file of their own, or in memory; see ``PatternStore`` for the questions."""

    def __init__(self, path: str | Path = MEMORY, *, read_only: bool = False) -> None:
        self._file = Connection(path, read_only=read_only)
        self._postings: Postings | None = None
        self._counted: tuple[str, Counter[int]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def revision(self) -> str:
        """Hash names, versions, digests, states and scores."""
        rows = self._file.rows("SELECT name, version, digest, status, scores FROM versions ORDER BY name, sorting")
        return digest([list(row) for row in rows])

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
        with self._file.reading():
            revision = self.revision()
            if self._postings is None or self._postings.revision != revision:
                self._postings = _postings(revision, self._file.rows("SELECT name, version, signature FROM versions"))
            allowed = None if conditions == ANY else {f"{name}@{version}" for name, version in self._names(conditions)}
        return self._postings.near(signature, limit, allowed)

    def mentioning(self, text: str, limit: int, conditions: Conditions = ANY) -> tuple[Hit, ...]:
        """Find by full text, rank by BM25."""
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(text)))
        if not asked:
            return ()
        clause, values = where(conditions)
        sql = (
            f"SELECT name, version, words FROM versions WHERE {clause} AND id IN "  # noqa: S608
            "(SELECT rowid FROM version_text WHERE version_text MATCH ?)"
        )
        with self._file.reading():
            rows = self._file.rows(sql, [*values, asked])
            holders, size = self._holders(), self.size()
        hits = (
            Hit(reference=f"{row['name']}@{row['version']}", score=relevance(text, unpack(row["words"]), holders, size))
            for row in rows
        )
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.reference))[:limit])

    def holders(self, features: Sequence[int]) -> Mapping[int, int]:
        """Say in how many versions each word's feature occurs."""
        with self._file.reading():
            counted = self._holders()
        return {key: counted[key] for key in features}

    def size(self) -> int:
        """Count the versions."""
        return int(self._file.rows("SELECT count(*) FROM versions")[0][0])

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
        added = []
        with self._file.writing() as connection:
            rows = self._file.rows("SELECT name, version, digest, origin FROM versions")
            known = {(row["name"], row["version"]): (str(row["digest"]), str(row["origin"])) for row in rows}
            for pattern in patterns:
                held, from_where = known.get((pattern.name, pattern.version), ("", ""))
                if held == pattern.digest:
                    continue
                if held and not (reissue and from_where == origin):
                    raise conflict(pattern, held)
                write_version(connection, pattern, origin, change, replaced=held)
                known[(pattern.name, pattern.version)] = (pattern.digest, origin)
                added.append(pattern.reference)
        return tuple(added)

    def move(self, name: str, version: str, status: Status, change: Change) -> None:
        """Change the state of a version along the lifecycle."""
        with self._file.writing() as connection:
            before = Status(self._one(name, version, "status"))
            check_transition(f"{name}@{version}", before, status, change)
            connection.execute(
                "UPDATE versions SET status = ? WHERE name = ? AND version = ?", (status.value, name, version)
            )
            record(connection, (name, version), "status", (before.value, status.value), change)

    def rate(self, name: str, version: str, scores: Scores, change: Change) -> None:
        """Set the scores that evidence gives a version."""
        after = scores.model_dump_json()
        with self._file.writing() as connection:
            before = self._one(name, version, "scores") or ""
            if before != after:
                sql = "UPDATE versions SET scores = ?, least = ? WHERE name = ? AND version = ?"
                connection.execute(sql, (after, scores.least, name, version))
                record(connection, (name, version), "scores", (before, after), change)

    def _one(self, name: str, version: str, column: str) -> str:
        rows = self._file.rows("SELECT status, scores FROM versions WHERE name = ? AND version = ?", (name, version))
        if not rows:
            raise UnknownPatternError(f"the bank holds no {name}@{version}", "see `patternbank list`")
        return str(rows[0][column] or "")

    def _names(self, conditions: Conditions) -> list[sqlite3.Row]:
        clause, values = where(conditions)
        return self._file.rows(f"SELECT name, version FROM versions WHERE {clause}", values)  # noqa: S608

    def _holders(self) -> Counter[int]:
        """Count the versions that hold each word, once a revision."""
        revision = self.revision()
        if self._counted is None or self._counted[0] != revision:
            rows = self._file.rows("SELECT words FROM versions")
            self._counted = (revision, Counter(key for row in rows for key, _ in unpack(row["words"])))
        return self._counted[1]


def _postings(revision: str, rows: Sequence[sqlite3.Row]) -> "Postings":
    """Build the index over all signatures; numpy is loaded by the first search that needs it."""
    from patternbank.stores.postings import Postings

    return Postings(revision, rows)
