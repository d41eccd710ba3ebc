"""What the embedded store remembers of runs: applications, runs, failures, evidence."""

import sqlite3
from collections.abc import Sequence

from patternbank.embeddings import SparseVector, similarity
from patternbank.ports import Hit
from patternbank.records import ApplicationRecord, EvidenceRecord, RunRecord
from patternbank.stores.connection import Connection
from patternbank.stores.records_rows import (
    APPLICATION_COLUMNS,
    EVIDENCE_COLUMNS,
    application_of,
    application_row,
    evidence_of,
    evidence_row,
    run_of,
    run_row,
)
from patternbank.stores.rows import unpack

_PUT_APPLICATION = (
    f"INSERT INTO applications ({', '.join(APPLICATION_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?) "  # noqa: S608
    "ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in APPLICATION_COLUMNS[1:])
)
_PUT_EVIDENCE = (
    f"INSERT OR IGNORE INTO evidence ({', '.join(EVIDENCE_COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join('?' * len(EVIDENCE_COLUMNS))})"
)
_RUNS_WHERE = {
    "application": "application = ?",
    "reference": "id IN (SELECT run FROM runs_with WHERE reference = ?)",
    "failed": "(failed > 0) = ?",
}


class EmbeddedRuns:
    """The half of the embedded store that remembers runs; see ``RunStore`` for the questions."""

    _file: Connection

    def record(self, application: ApplicationRecord, run: RunRecord) -> bool:
        """Keep a run and its application in one transaction; false when the run was known."""
        with self._file.writing() as connection:
            if connection.execute("SELECT 1 FROM runs WHERE id = ?", (run.id,)).fetchone():
                return False
            connection.execute(_PUT_APPLICATION, application_row(application))
            sql = "INSERT INTO runs (id, application, at, failed, body) VALUES (?, ?, ?, ?, ?)"
            connection.execute(sql, run_row(run))
            used = sorted({bound.reference for bound in run.bound})
            sql = "INSERT INTO runs_with (reference, run) VALUES (?, ?)"
            connection.executemany(sql, [(reference, run.id) for reference in used])
        return True

    def application(self, key: str) -> ApplicationRecord | None:
        """Give an application by the digest of its IR."""
        rows = self._file.rows("SELECT * FROM applications WHERE id = ?", (key,))
        return application_of(rows[0]) if rows else None

    def applications(self, *, after: str = "", limit: int | None = None) -> tuple[ApplicationRecord, ...]:
        """List applications by id, one page or all."""
        sql = "SELECT * FROM applications WHERE id > ? ORDER BY id LIMIT ?"
        return tuple(application_of(row) for row in self._file.rows(sql, (after, _rows_of(limit))))

    def like(self, signature: SparseVector, limit: int) -> tuple[Hit, ...]:
        """Compare with every application, exactly."""
        rows = self._file.rows("SELECT id, signature FROM applications")
        scores = ((row["id"], round(similarity(signature, unpack(row["signature"])), 9)) for row in rows)
        found = sorted((-score, key) for key, score in scores if score > 0)
        return tuple(Hit(reference=key, score=-score) for score, key in found[:limit])

    def runs(
        self, *, application: str = "", reference: str = "", failed: bool | None = None, limit: int | None = None
    ) -> tuple[RunRecord, ...]:
        """Give runs that meet all conditions, the newest first, then by id."""
        given: dict[str, object] = {"application": application or None, "reference": reference or None}
        given["failed"] = None if failed is None else int(failed)
        asked = {name: value for name, value in given.items() if value is not None}
        where = " AND ".join(["TRUE", *(_RUNS_WHERE[name] for name in asked)])
        sql = f"SELECT body FROM runs WHERE {where} ORDER BY at DESC, id LIMIT ?"  # noqa: S608
        return tuple(run_of(row) for row in self._file.rows(sql, (*asked.values(), _rows_of(limit))))

    def add_evidence(self, evidence: Sequence[EvidenceRecord]) -> int:
        """Keep measurements in one transaction; give how many were new."""
        with self._file.writing() as connection:
            return sum(self._put_evidence(connection, record) for record in evidence)

    def evidence(self, reference: str) -> tuple[EvidenceRecord, ...]:
        """Give the measurements of a version, by kind, application and environment, the newest of equal ones last."""
        sql = (
            "SELECT * FROM evidence WHERE reference = ? "
            "ORDER BY kind, application, environment, at, digest, total, passed, source"
        )
        return tuple(evidence_of(row) for row in self._file.rows(sql, (reference,)))

    def _put_evidence(self, connection: sqlite3.Connection, record: EvidenceRecord) -> int:
        return connection.execute(_PUT_EVIDENCE, evidence_row(record)).rowcount


def _rows_of(limit: int | None) -> int:
    """Write "all" as SQLite does."""
    return -1 if limit is None else limit
