"""Lessons, their evidence and proposals as what stores keep, and back."""

import sqlite3
from collections.abc import Mapping
from typing import Any, TypeAlias

from patternbank.errors import UnknownLessonError
from patternbank.lessons.records import Lesson, LessonEvidence, LessonRecord, Proposal
from patternbank.lifecycle import Change
from patternbank.ports import ActiveLesson
from patternbank.stores.records_rows import moment

Row: TypeAlias = sqlite3.Row | Mapping[str, Any]
LESSON_COLUMNS = (
    "id", "against", "digest", "capability", "family", "status", "fits", "lesson", "by", "why", "moment",
)  # fmt: skip
EVIDENCE_COLUMNS = (
    "lesson", "application", "environment", "total", "passed_with", "passed_without", "source", "moment",
)  # fmt: skip
UNSAID = "not said"


def lesson_row(record: LessonRecord) -> dict[str, object]:
    """Give what is kept of a lesson: what is asked for, and the whole as JSON."""
    lesson = record.lesson
    return {
        "id": lesson.id,
        "against": lesson.against,
        "digest": lesson.digest,
        "capability": lesson.capability,
        "family": lesson.family,
        "status": record.status,
        "fits": lesson.when.model_dump_json(by_alias=True, exclude_defaults=True),
        "lesson": lesson.to_json(),
        "by": record.by,
        "why": record.why,
        "moment": moment(record.at),
    }


def lesson_of(row: Row) -> LessonRecord:
    """Read a lesson."""
    lesson = Lesson.model_validate_json(row["lesson"])
    return LessonRecord(lesson=lesson, status=row["status"], by=row["by"], why=row["why"], at=row["moment"])


def active_of(row: Row) -> ActiveLesson:
    """Take an active lesson over as it is kept, without reading it."""
    return ActiveLesson(row["id"], row["against"], row["digest"], row["capability"], row["fits"], row["lesson"])


def first_change(record: LessonRecord) -> Change:
    """Give the change that brought a lesson in; who said nothing is recorded as such."""
    return Change(by=record.by or UNSAID, why=record.why or UNSAID, at=record.at)


def evidence_row(evidence: LessonEvidence) -> dict[str, object]:
    """Give what is kept of a measurement."""
    return {**evidence.model_dump(exclude={"at"}), "moment": moment(evidence.at)}


def evidence_of(row: Row) -> LessonEvidence:
    """Read a measurement."""
    kept = {name: row[name] for name in EVIDENCE_COLUMNS[:-1]}
    return LessonEvidence.model_validate({**kept, "at": row["moment"]})


def settled(proposal: Proposal, status: str, change: Change) -> Proposal:
    """Give a proposal with what became of it."""
    said = {"status": status, "by": change.by, "why": change.why, "at": change.at}
    return proposal.model_copy(update=said)


def no_lesson(key: str) -> UnknownLessonError:
    """Say that there is no such lesson."""
    return UnknownLessonError(f"the bank holds no lesson {key}", "see `patternbank lessons`")


def no_proposal(key: str) -> UnknownLessonError:
    """Say that there is no such proposal."""
    return UnknownLessonError(f"the bank holds no proposal {key}", "see `patternbank proposals`")
