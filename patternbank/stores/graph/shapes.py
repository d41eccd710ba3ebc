"""Versions, applications and runs as properties of nodes, and back."""

from collections.abc import Mapping
from typing import Any

from patternbank.embeddings import signature, text_vector
from patternbank.lifecycle import Change, HistoryEntry, Scores
from patternbank.patterns import PatternManifest, PatternVersion, Status
from patternbank.ports import Conditions, Entry
from patternbank.records import ApplicationRecord, EvidenceRecord, RunRecord
from patternbank.stores.records_rows import moment
from patternbank.stores.rows import pack, sorting, unpack
from patternbank.values import digest

Row = Mapping[str, Any]


def version_properties(pattern: PatternVersion, origin: str) -> dict[str, object]:
    """Give a version's node; ``position`` sorts as names and versions do."""
    manifest = pattern.manifest
    return {
        "reference": pattern.reference,
        "name": pattern.name,
        "version": pattern.version,
        "position": position(pattern.reference),
        "title": manifest.title,
        "digest": pattern.digest,
        "status": manifest.status.value,
        "origin": origin,
        "manifest": manifest.model_dump_json(by_alias=True, exclude_defaults=True),
        "stack": list(manifest.stack),
        "signature": pack(signature(manifest.features)),
        "words": pack(text_vector(manifest.text)),
    }


def entry_of(row: Row) -> Entry:
    """Read a listed version."""
    return Entry(
        manifest=PatternManifest.model_validate_json(row["manifest"]),
        digest=row["digest"],
        status=Status(row["status"]),
        origin=row["origin"],
        scores=Scores.model_validate_json(row["scores"]) if row["scores"] else None,
        signature=unpack(row["signature"]),
        words=unpack(row["words"]),
    )


def position(reference: str) -> str:
    """Give a text that sorts as name and version do: a blank comes before all that a name may hold."""
    name, _, version = reference.partition("@")
    return f"{name} {sorting(version)}"


def asked(conditions: Conditions) -> dict[str, object]:
    """Give the conditions as parameters; an empty one asks for nothing."""
    return {
        "capability": conditions.capability,
        "statuses": [status.value for status in conditions.statuses],
        "stack": list(conditions.stack),
        "least": conditions.min_score,
    }


def change_properties(
    number: int, reference: str, kind: str, states: tuple[str, str], change: Change
) -> dict[str, object]:
    """Give the node of a change; ``name`` is what people read."""
    before, after = states
    shown = after if kind in ("added", "status") else kind
    return {
        "number": number,
        "reference": reference,
        "name": f"{shown} by {change.by}",
        "kind": kind,
        "before": before,
        "after": after,
        "by": change.by,
        "why": change.why,
        "at": change.at.isoformat(),
        "replacement": change.replacement,
    }


def history_of(row: Row) -> HistoryEntry:
    """Read a change."""
    change = Change.model_validate({key: row[key] for key in ("by", "why", "at", "replacement")})
    return HistoryEntry(kind=row["kind"], before=row["before"], after=row["after"], change=change)


def application_properties(application: ApplicationRecord) -> dict[str, object]:
    """Give an application's node."""
    return {
        "id": application.id,
        "title": application.title,
        "signature": pack(application.signature),
        "stack": list(application.stack),
        "entities": application.entities,
        "operations": application.operations,
    }


def application_of(row: Row) -> ApplicationRecord:
    """Read an application."""
    return ApplicationRecord(
        id=row["id"],
        title=row["title"],
        signature=unpack(row["signature"]),
        stack=tuple(row["stack"]),
        entities=row["entities"],
        operations=row["operations"],
    )


def run_properties(run: RunRecord) -> dict[str, object]:
    """Give a run's node: what is asked for, what people read, and the whole as JSON."""
    return {
        "id": run.id,
        "name": f"{run.passed} of {run.total} passed",
        "application": run.application,
        "moment": moment(run.at),
        "revision": run.revision,
        "references": sorted({bound.reference for bound in run.bound}),
        "total": run.total,
        "passed": run.passed,
        "failed": run.failed,
        "skipped": run.skipped,
        "seconds": run.seconds,
        "body": run.model_dump_json(),
    }


def failures_of(run: RunRecord) -> list[dict[str, object]]:
    """Give the nodes of a run's failures."""
    return [
        {
            "properties": {
                "id": f"{run.id}#{number}",
                "name": failure.scenario,
                **failure.model_dump(exclude={"scenario", "blames"}),
            },
            "number": number,
            "blames": sorted(set(failure.blames)),
        }
        for number, failure in enumerate(run.failures)
    ]


def evidence_properties(evidence: EvidenceRecord) -> dict[str, object]:
    """Give a measurement's node; its id is made of all but its time."""
    told = evidence.model_dump(mode="json", exclude={"at"})
    return {**told, "id": digest(told), "name": f"{evidence.kind} {evidence.passed}/{evidence.total}",
            "moment": moment(evidence.at)}  # fmt: skip


def evidence_of(row: Row) -> EvidenceRecord:
    """Read a measurement."""
    names = ("reference", "digest", "kind", "application", "environment", "total", "passed", "source")
    return EvidenceRecord.model_validate({**{name: row[name] for name in names}, "at": row["moment"]})
