"""Measure a pattern by its example: what is expected, lint, types, security."""

from collections.abc import Mapping
from datetime import datetime

from patternbank.checking.examples import expected_example, rendered_example
from patternbank.checking.findings import Finding
from patternbank.checking.lint import lint
from patternbank.checking.rendered import python_of
from patternbank.checking.security import unsafe
from patternbank.checking.types import mistyped, types_can_be_checked
from patternbank.errors import PatternBankError
from patternbank.patterns import PatternVersion
from patternbank.records import EvidenceKind, EvidenceRecord
from patternbank.values import Frozen

SOURCE = "example"
HINTS = {
    "tests": "correct the template, or accept it: `patternbank check FOLDER --accept`",
    "lint": "correct the template",
    "types": "correct the template: every function says its types",
    "security": "correct the template: no comment silences a finding",
}


class Measured(Frozen):
    """What was measured, and what it found; a kind that could not be measured has no record."""

    evidence: tuple[EvidenceRecord, ...]
    findings: tuple[Finding, ...]


def measure(pattern: PatternVersion, at: datetime) -> Measured:
    """Render the example and let every tool read it."""
    try:
        files = rendered_example(pattern)
    except PatternBankError as error:
        finding = Finding(pattern=pattern.reference, code="tests", place="example", text=str(error), hint=error.hint)
        return Measured(evidence=(_record(pattern, "tests", 1, 0, at),), findings=(finding,))
    found = _found(pattern, files)
    python = python_of(files)
    totals = {
        kind: len(set(files) | set(expected_example(pattern))) if kind == "tests" else len(python) for kind in found
    }
    evidence = tuple(
        _record(pattern, kind, totals[kind], totals[kind] - _places(found[kind]), at) for kind in sorted(found)
    )
    findings = tuple(
        Finding(pattern=pattern.reference, code=kind, place=place, text=text, hint=HINTS[kind])
        for kind in sorted(found)
        for place, text in found[kind]
    )
    return Measured(evidence=evidence, findings=findings)


def _found(pattern: PatternVersion, files: Mapping[str, str]) -> dict[EvidenceKind, tuple[tuple[str, str], ...]]:
    """Give what each tool found; mypy may be absent, and then says nothing."""
    python, expected = python_of(files), expected_example(pattern)
    differing = sorted(path for path in set(files) | set(expected) if files.get(path) != expected.get(path))
    found: dict[EvidenceKind, tuple[tuple[str, str], ...]] = {
        "tests": tuple((path, "is rendered otherwise than expected") for path in differing),
        "lint": lint(python),
        "security": unsafe(python),
    }
    if types_can_be_checked():
        found["types"] = mistyped(python)
    return found


def _places(found: tuple[tuple[str, str], ...]) -> int:
    """Count the files that findings lie in."""
    return len({place.partition(":")[0] for place, _ in found})


def _record(pattern: PatternVersion, kind: EvidenceKind, total: int, passed: int, at: datetime) -> EvidenceRecord:
    return EvidenceRecord(
        reference=pattern.reference,
        digest=pattern.digest,
        kind=kind,
        total=total,
        passed=passed,
        source=SOURCE,
        at=at,
    )
