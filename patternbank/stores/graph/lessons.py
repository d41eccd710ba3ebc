"""The half of the graph store that keeps lessons; see ``LessonStore`` for the questions."""

from collections.abc import Sequence

from patternbank.lessons.records import LessonEvidence, LessonRecord, LessonStatus, Proposal, ProposalStatus
from patternbank.lessons.states import check_lesson_way, check_proposal_way
from patternbank.lifecycle import Change, HistoryEntry
from patternbank.ports import ActiveLesson
from patternbank.revision import lesson_term
from patternbank.stores.graph import lesson_words as words
from patternbank.stores.graph.connection import GraphConnection, Transaction
from patternbank.stores.graph.lesson_shapes import (
    evidence_properties,
    lesson_properties,
    proposal_properties,
    remedy_properties,
)
from patternbank.stores.graph.shapes import history_of
from patternbank.stores.graph.writing import Writing, write_rows
from patternbank.stores.lessons_rows import (
    active_of,
    evidence_of,
    first_change,
    lesson_of,
    no_lesson,
    no_proposal,
    settled,
)
from patternbank.stores.records_rows import moment


class GraphLessons:
    """Lessons, their evidence, and what they propose."""

    _graph: GraphConnection

    def keep_lessons(self, records: Sequence[LessonRecord]) -> int:
        """Add unknown lessons in one transaction, tied to the version and the failures that they are about."""
        return self._graph.writing(lambda transaction: _keep(transaction, records))

    def lesson(self, key: str) -> LessonRecord | None:
        """Give a lesson by id."""
        rows = self._graph.rows(words.LESSON, id=key)
        return lesson_of(rows[0]) if rows else None

    def lessons(self, *, status: str = "", against: str = "") -> tuple[LessonRecord, ...]:
        """Give lessons that meet the conditions, by id."""
        return tuple(lesson_of(row) for row in self._graph.rows(words.LESSONS, status=status, against=against))

    def active_lessons(self, references: Sequence[str]) -> tuple[ActiveLesson, ...]:
        """Give the active lessons against any of these versions, by id."""
        rows = self._graph.rows(words.ACTIVE, references=sorted(set(references)))
        return tuple(active_of(row) for row in rows)

    def move_lesson(self, key: str, status: LessonStatus, change: Change) -> None:
        """Change the status of a lesson, and the revision where builds follow it or no longer do."""
        self._graph.writing(lambda transaction: _move(transaction, key, status, change))

    def lesson_history(self, key: str) -> tuple[HistoryEntry, ...]:
        """Give the recorded changes of a lesson, the oldest first."""
        return tuple(history_of(row) for row in self._graph.rows(words.HISTORY, id=key))

    def add_lesson_evidence(self, evidence: Sequence[LessonEvidence]) -> int:
        """Keep measurements in one transaction; give how many were new."""
        return self._graph.writing(lambda transaction: _add_evidence(transaction, evidence))

    def lesson_evidence(self, key: str) -> tuple[LessonEvidence, ...]:
        """Give the measurements of a lesson."""
        return tuple(evidence_of(row) for row in self._graph.rows(words.EVIDENCE, id=key))

    def keep_proposal(self, proposal: Proposal) -> bool:
        """Keep a proposal; false when its id was known."""
        return self._graph.writing(lambda transaction: _keep_proposal(transaction, proposal))

    def proposal(self, key: str) -> Proposal | None:
        """Give a proposal by id."""
        rows = self._graph.rows(words.PROPOSAL, id=key)
        return Proposal.model_validate_json(rows[0]["body"]) if rows else None

    def proposals(self, *, status: str = "") -> tuple[Proposal, ...]:
        """Give proposals by id."""
        rows = self._graph.rows(words.PROPOSALS, status=status)
        return tuple(Proposal.model_validate_json(row["body"]) for row in rows)

    def settle_proposal(self, key: str, status: ProposalStatus, change: Change) -> None:
        """Say what became of a proposal."""
        self._graph.writing(lambda transaction: _settle(transaction, key, status, change))


def _keep(transaction: Transaction, records: Sequence[LessonRecord]) -> int:
    writing = Writing(transaction)
    wanted = {record.lesson.id: record for record in reversed(records)}
    known = {row["id"] for row in transaction.rows(words.KNOWN_LESSONS, ids=sorted(wanted))}
    new = {key: record for key, record in sorted(wanted.items()) if key not in known}
    if not new:
        return 0
    rows = [
        {
            "properties": lesson_properties(record),
            "remedy": remedy_properties(record.lesson.action, record.lesson.against),
            "change": writing.number_change(key, "added", ("", record.status), first_change(record)),
        }
        for key, record in new.items()
    ]
    write_rows(transaction, words.PUT_LESSONS, rows)
    for statement in words.TIE_LESSONS:
        transaction.write(statement, ids=list(new))
    writing.shift(come=[lesson_term(key) for key, record in new.items() if record.status == "active"])
    writing.finish()
    return len(new)


def _move(transaction: Transaction, key: str, status: LessonStatus, change: Change) -> None:
    writing = Writing(transaction)
    rows = transaction.rows(words.LESSON, id=key)
    if not rows:
        raise no_lesson(key)
    before = rows[0]["status"]
    if before == status:
        return
    check_lesson_way(key, before, status)
    node = writing.number_change(key, "status", (before, status), change)
    transaction.write(words.MOVE_LESSON, id=key, status=status, moment=moment(change.at), change=node)
    term = [lesson_term(key)]
    writing.shift(gone=term * (before == "active"), come=term * (status == "active"))
    writing.finish()


def _add_evidence(transaction: Transaction, evidence: Sequence[LessonEvidence]) -> int:
    Writing(transaction)
    rows = {str(row["id"]): row for row in reversed([evidence_properties(one) for one in evidence])}
    for known in transaction.rows(words.KNOWN_EVIDENCE, ids=sorted(rows)):
        del rows[known["id"]]
    write_rows(transaction, words.PUT_EVIDENCE, [rows[key] for key in sorted(rows)])
    return len(rows)


def _keep_proposal(transaction: Transaction, proposal: Proposal) -> bool:
    Writing(transaction)
    if transaction.rows(words.PROPOSAL, id=proposal.id):
        return False
    for statement in words.PUT_PROPOSAL:
        transaction.write(statement, row=proposal_properties(proposal))
    return True


def _settle(transaction: Transaction, key: str, status: ProposalStatus, change: Change) -> None:
    Writing(transaction)
    rows = transaction.rows(words.PROPOSAL, id=key)
    if not rows:
        raise no_proposal(key)
    found = Proposal.model_validate_json(rows[0]["body"])
    if found.status != status:
        check_proposal_way(key, found.status, status)
        transaction.write(words.SETTLE_PROPOSAL, row=proposal_properties(settled(found, status, change)))
