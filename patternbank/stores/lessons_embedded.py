"""The half of the embedded store that keeps lessons; see ``LessonStore`` for the questions."""

import json
import sqlite3
from collections.abc import Sequence

from patternbank.lessons.records import LessonEvidence, LessonRecord, LessonStatus, Proposal, ProposalStatus
from patternbank.lessons.states import check_lesson_way, check_proposal_way
from patternbank.lifecycle import Change, HistoryEntry
from patternbank.ports import ActiveLesson
from patternbank.revision import lesson_term, moved
from patternbank.stores.connection import Connection
from patternbank.stores.lessons_rows import (
    EVIDENCE_COLUMNS,
    LESSON_COLUMNS,
    active_of,
    evidence_of,
    evidence_row,
    first_change,
    lesson_of,
    lesson_row,
    no_lesson,
    no_proposal,
    settled,
)
from patternbank.stores.records_rows import moment


def _putting(table: str, columns: Sequence[str]) -> str:
    named = ", ".join(f":{name}" for name in columns)
    return f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({named})"  # noqa: S608 - names are our own


_PUT_LESSON = _putting("lessons", LESSON_COLUMNS)
_PUT_EVIDENCE = _putting("lesson_evidence", EVIDENCE_COLUMNS)
_ACTIVE = (
    "SELECT id, against, digest, capability, fits, lesson FROM lessons "
    "WHERE status = 'active' AND against IN (SELECT value FROM json_each(?)) ORDER BY id"
)
_EVIDENCE = (
    "SELECT * FROM lesson_evidence WHERE lesson = ? "
    "ORDER BY application, environment, moment, total, passed_with, passed_without, source"
)


class EmbeddedLessons:
    """Lessons, their evidence, and what they propose."""

    _file: Connection

    def keep_lessons(self, records: Sequence[LessonRecord]) -> int:
        """Add unknown lessons in one transaction."""
        with self._file.writing() as connection:
            new = [record for record in records if connection.execute(_PUT_LESSON, lesson_row(record)).rowcount]
            for record in new:
                _note(connection, record.lesson.id, "added", ("", record.status), first_change(record))
            _shift(connection, come=[lesson_term(one.lesson.id) for one in new if one.status == "active"])
        return len(new)

    def lesson(self, key: str) -> LessonRecord | None:
        """Give a lesson by id."""
        rows = self._file.rows("SELECT * FROM lessons WHERE id = ?", (key,))
        return lesson_of(rows[0]) if rows else None

    def lessons(self, *, status: str = "", against: str = "") -> tuple[LessonRecord, ...]:
        """Give lessons that meet the conditions, by id."""
        sql = "SELECT * FROM lessons WHERE (? = '' OR status = ?) AND (? = '' OR against = ?) ORDER BY id"
        return tuple(lesson_of(row) for row in self._file.rows(sql, (status, status, against, against)))

    def active_lessons(self, references: Sequence[str]) -> tuple[ActiveLesson, ...]:
        """Give the active lessons against any of these versions, by id."""
        return tuple(active_of(row) for row in self._file.rows(_ACTIVE, (json.dumps(list(references)),)))

    def move_lesson(self, key: str, status: LessonStatus, change: Change) -> None:
        """Change the status of a lesson, and the revision where builds follow it or no longer do."""
        with self._file.writing() as connection:
            row = connection.execute("SELECT status FROM lessons WHERE id = ?", (key,)).fetchone()
            if row is None:
                raise no_lesson(key)
            before = row["status"]
            if before == status:
                return
            check_lesson_way(key, before, status)
            sql = "UPDATE lessons SET status = ?, by = ?, why = ?, moment = ? WHERE id = ?"
            connection.execute(sql, (status, change.by, change.why, moment(change.at), key))
            _note(connection, key, "status", (before, status), change)
            term = [lesson_term(key)]
            _shift(connection, gone=term * (before == "active"), come=term * (status == "active"))

    def lesson_history(self, key: str) -> tuple[HistoryEntry, ...]:
        """Give the recorded changes of a lesson, the oldest first."""
        sql = "SELECT kind, before, after, change FROM lesson_changes WHERE lesson = ? ORDER BY id"
        return tuple(
            HistoryEntry(
                kind=row["kind"],
                before=row["before"],
                after=row["after"],
                change=Change.model_validate_json(row["change"]),
            )
            for row in self._file.rows(sql, (key,))
        )

    def add_lesson_evidence(self, evidence: Sequence[LessonEvidence]) -> int:
        """Keep measurements in one transaction; give how many were new."""
        with self._file.writing() as connection:
            return sum(connection.execute(_PUT_EVIDENCE, evidence_row(one)).rowcount for one in evidence)

    def lesson_evidence(self, key: str) -> tuple[LessonEvidence, ...]:
        """Give the measurements of a lesson."""
        return tuple(evidence_of(row) for row in self._file.rows(_EVIDENCE, (key,)))

    def keep_proposal(self, proposal: Proposal) -> bool:
        """Keep a proposal; false when its id was known."""
        sql = "INSERT OR IGNORE INTO proposals (id, lesson, status, body) VALUES (?, ?, ?, ?)"
        values = (proposal.id, proposal.lesson, proposal.status, proposal.model_dump_json())
        with self._file.writing() as connection:
            return bool(connection.execute(sql, values).rowcount)

    def proposal(self, key: str) -> Proposal | None:
        """Give a proposal by id."""
        rows = self._file.rows("SELECT body FROM proposals WHERE id = ?", (key,))
        return Proposal.model_validate_json(rows[0]["body"]) if rows else None

    def proposals(self, *, status: str = "") -> tuple[Proposal, ...]:
        """Give proposals by id."""
        sql = "SELECT body FROM proposals WHERE ? = '' OR status = ? ORDER BY id"
        return tuple(Proposal.model_validate_json(row["body"]) for row in self._file.rows(sql, (status, status)))

    def settle_proposal(self, key: str, status: ProposalStatus, change: Change) -> None:
        """Say what became of a proposal."""
        with self._file.writing() as connection:
            found = self.proposal(key)
            if found is None:
                raise no_proposal(key)
            if found.status != status:
                check_proposal_way(key, found.status, status)
                body = settled(found, status, change).model_dump_json()
                connection.execute("UPDATE proposals SET status = ?, body = ? WHERE id = ?", (status, body, key))


def _note(connection: sqlite3.Connection, key: str, kind: str, states: tuple[str, str], change: Change) -> None:
    """Write who changed a lesson, when and why."""
    sql = "INSERT INTO lesson_changes (lesson, kind, before, after, change) VALUES (?, ?, ?, ?, ?)"
    connection.execute(sql, (key, kind, *states, change.model_dump_json()))


def _shift(connection: sqlite3.Connection, *, gone: Sequence[int] = (), come: Sequence[int] = ()) -> None:
    """Bring the revision up to date."""
    if gone or come:
        before = connection.execute("SELECT revision FROM totals").fetchone()[0]
        connection.execute("UPDATE totals SET revision = ?", (moved(before, gone=gone, come=come),))
