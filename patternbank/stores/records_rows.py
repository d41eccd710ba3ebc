"""Applications, runs and evidence as rows of SQLite, and back."""

import json
import sqlite3
from datetime import UTC, datetime

from patternbank.records import ApplicationRecord, EvidenceRecord, RunRecord
from patternbank.stores.rows import pack, unpack

APPLICATION_COLUMNS = ("id", "title", "signature", "stack", "entities", "operations")
EVIDENCE_COLUMNS = (
    "reference", "digest", "kind", "application", "environment", "total", "passed", "source", "at",
)  # fmt: skip


def application_row(record: ApplicationRecord) -> tuple[object, ...]:
    """Give the columns of an application."""
    stack = json.dumps(record.stack)
    return (record.id, record.title, pack(record.signature), stack, record.entities, record.operations)


def application_of(row: sqlite3.Row) -> ApplicationRecord:
    """Read an application from its row."""
    return ApplicationRecord(
        id=row["id"],
        title=row["title"],
        signature=unpack(row["signature"]),
        stack=tuple(json.loads(row["stack"])),
        entities=row["entities"],
        operations=row["operations"],
    )


def run_row(run: RunRecord) -> tuple[object, ...]:
    """Give the columns of a run: what is asked for, and the whole as JSON."""
    return (run.id, run.application, moment(run.at), run.failed, run.model_dump_json())


def run_of(row: sqlite3.Row) -> RunRecord:
    """Read a run from its row."""
    return RunRecord.model_validate_json(row["body"])


def evidence_row(record: EvidenceRecord) -> tuple[object, ...]:
    """Give the columns of a measurement."""
    given = record.model_dump()
    return (*(given[name] for name in EVIDENCE_COLUMNS[:-1]), moment(record.at))


def evidence_of(row: sqlite3.Row) -> EvidenceRecord:
    """Read a measurement from its row."""
    return EvidenceRecord.model_validate({name: row[name] for name in EVIDENCE_COLUMNS})


def moment(at: datetime) -> str:
    """Write a time so that text sorts as time does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
