"""What the bank keeps of a run: the application, what it was built of, how its scenarios ended, evidence by version."""

import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from devmatrix.artifacts.diagnosis import Diagnosis
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.reports import RunReport, SmokeReport, Verdict
from devmatrix.artifacts.serving import touched_by
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.pipeline.build import Built
from patternbank.embeddings import SparseVector, signature
from patternbank.records import ApplicationRecord, Bound, EvidenceKind, EvidenceRecord, FailureRecord, RunRecord

if TYPE_CHECKING:
    from patternbank.bank import Bank

SOURCE = "devmatrix run"
LONGEST = 2000
ENVIRONMENT = f"python {sys.version_info.major}.{sys.version_info.minor}"
"""What tells measurements apart that count once each."""


def remember(bank: "Bank", built: Built, report: RunReport, key: str, at: datetime) -> str | None:
    """Keep a run in the bank; when that cannot be, say why: a run does not fail for it."""
    from patternbank.errors import PatternBankError

    if report.smoke is None:
        return None
    if bank.read_only:
        return "this run is not recorded: the pattern bank may only be read"
    try:
        run = run_record(built, report, report.smoke, key, at)
        bank.store.record(application_record(built.application), run)
        bank.store.add_evidence(tuple(evidence_of(built, report.smoke, at)))
    except PatternBankError as error:
        return f"this run is not recorded: {error}"
    return None


def application_record(application: ApplicationIR) -> ApplicationRecord:
    """The application as the bank remembers it: by what its parts look like, whatever they are called."""
    from devmatrix.planning import STACK

    return ApplicationRecord(
        id=application.digest,
        title=application.name[:300],
        signature=signature_of(application),
        stack=STACK,
        entities=len(application.domain.entities),
        operations=len(application.api.operations),
    )


def structure_of(application: ApplicationIR) -> str:
    """A digest of what the application looks like: equal for two that differ in names alone."""
    return hashlib.sha256(repr(signature_of(application)).encode()).hexdigest()


def signature_of(application: ApplicationIR) -> SparseVector:
    """The signature of the application drawn in small; names say nothing in it."""
    from devmatrix.planning import application_signature, neutral_graph

    return signature(neutral_graph(application_signature(application)))


def run_record(built: Built, report: RunReport, smoke: SmokeReport, key: str, at: datetime) -> RunRecord:
    """The run: what was bound to each task, the counts, and the red scenarios with what they are blamed on."""
    return RunRecord(
        id=key,
        application=built.application.digest,
        at=at,
        revision=built.revision,
        bound=tuple(_bound(binding) for binding in built.bindings),
        total=smoke.total,
        passed=smoke.passed,
        failed=smoke.failed,
        skipped=smoke.skipped,
        seconds=round(sum(report.timings.values()), 3),
        failures=tuple(_failures(report, smoke)),
        applied=tuple(sorted({lesson for binding in built.bindings for lesson in binding.lessons})),
    )


def evidence_of(built: Built, smoke: SmokeReport, at: datetime) -> Iterator[EvidenceRecord]:
    """For each version the scenarios that were asked of what it built, and the obligations that they show.

    A red scenario counts against the version that it is blamed on, and against all that served it when nobody knows.
    """
    asked = [verdict for verdict in smoke.scenarios if verdict.verdict != "skipped"]
    covered = {obligation for verdict in asked for obligation in verdict.covers}
    unreachable = {item.id for item in smoke.open if item.status == "unreachable"}
    owed = [item for item in built.application.tests.obligations if item.id not in unreachable]
    for (reference, digest), served in sorted(served_by(built).items()):
        own = [verdict for verdict in asked if verdict.operation in served]
        red = [
            verdict
            for verdict in own
            if verdict.verdict == "failed" and reference in (blames_of(verdict) or (reference,))
        ]
        shown = [item.id in covered for item in owed if item.operation in served]
        counts: dict[EvidenceKind, tuple[int, int]] = {
            "smoke": (len(own), len(own) - len(red)),
            "obligations": (len(shown), sum(shown)),
        }
        for kind, (total, passed) in counts.items():
            if total:
                yield EvidenceRecord(
                    reference=reference,
                    digest=digest,
                    kind=kind,
                    application=built.application.digest,
                    environment=ENVIRONMENT,
                    total=total,
                    passed=passed,
                    source=SOURCE,
                    at=at,
                )


def served_by(built: Built) -> dict[tuple[str, str], frozenset[NodeId]]:
    """(reference, digest) of each version -> the operations that what it built has a part in."""
    found: dict[tuple[str, str], set[NodeId]] = defaultdict(set)
    touched = {operation.id: touched_by(built.application, operation) for operation in built.application.api.operations}
    everything = {*touched, "application"}
    entities = {entity.id: entity.name for entity in built.application.domain.entities}
    for binding in built.bindings:
        served = found[(f"{binding.pattern}@{binding.version}", binding.digest)]
        if binding.node in entities:
            served |= {operation for operation, names in touched.items() if entities[binding.node] in names}
        else:
            served |= {binding.node} if binding.node in touched else everything
    return {version: frozenset(served) for version, served in found.items()}


def blames_of(verdict: Verdict) -> tuple[str, ...]:
    """The version whose fragment serves what went wrong, where the report knows it."""
    return (verdict.fragment.partition("#")[0],) if verdict.fragment else ()


def _bound(binding: Binding) -> Bound:
    return Bound(
        task=binding.task[:300],
        capability=binding.capability,
        reference=f"{binding.pattern}@{binding.version}",
        digest=binding.digest,
        score=binding.score,
    )


def _failures(report: RunReport, smoke: SmokeReport) -> Iterator[FailureRecord]:
    known = {diagnosis.scenario: diagnosis for diagnosis in report.diagnoses}
    for verdict in smoke.scenarios:
        if verdict.verdict == "failed":
            yield _failure(verdict, known.get(verdict.id))


def _failure(verdict: Verdict, diagnosis: Diagnosis | None) -> FailureRecord:
    record = FailureRecord(
        scenario=verdict.id[:500],
        kind=verdict.kind,
        cause=verdict.cause or "",
        expected=verdict.expected[:LONGEST],
        actual=verdict.actual[:LONGEST],
        blames=blames_of(verdict),
    )
    if diagnosis is None:
        return record
    suspect = next((place for place in diagnosis.suspects if place.pattern), None)
    signature = diagnosis.signature
    return record.model_copy(
        update={
            "cause": diagnosis.cause or record.cause,
            "flaky": diagnosis.flaky,
            "family": signature.family if signature else "",
            "signature": signature.exact if signature else "",
            "file": suspect.file if suspect else "",
            "line": suspect.line if suspect else 0,
            "fragment": suspect.fragment if suspect else "",
            "blames": () if diagnosis.flaky or suspect is None else (f"{suspect.pattern}@{suspect.version}",),
        }
    )


def deprecated_among(bank: "Bank", bindings: Iterable[Binding]) -> tuple[str, ...]:
    """A sentence for each deprecated version that was bound: what takes its place."""
    from patternbank.patterns import Status
    from patternbank.ports import Conditions

    bound = {f"{binding.pattern}@{binding.version}" for binding in bindings}
    said = []
    for entry in bank.entries(Conditions(statuses=(Status.DEPRECATED,))):
        if entry.reference in bound:
            named = [past.change.replacement for past in bank.store.history(entry.name, entry.version)]
            instead = next((name for name in reversed(named) if name not in ("", "none")), "nothing yet")
            said.append(f"{entry.reference} is deprecated; what takes its place: {instead}")
    return tuple(said)


def idle_trials(bank: "Bank", bindings: Iterable[Binding]) -> tuple[str, ...]:
    """A sentence for each candidate on trial that was chosen for no task, and so is not proven by the run."""
    bound = {f"{binding.pattern}@{binding.version}" for binding in bindings}
    references = (trial.reference for trial in getattr(bank, "trials", ()))
    return tuple(
        f"{reference} is on trial and was chosen for no task" for reference in references if reference not in bound
    )
