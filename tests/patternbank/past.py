"""Applications, runs and measurements that the bank's tests share."""

from datetime import UTC, datetime, timedelta

from patternbank.embeddings import signature
from patternbank.patterns import PatternFile, PatternVersion
from patternbank.records import ApplicationRecord, Bound, EvidenceRecord, FailureRecord, RunRecord
from tests.patternbank.shelves import pattern, star

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def key(word: str) -> str:
    """A digest that is told by its first letters."""
    return (word.encode().hex() + "0" * 64)[:64]


def application(word: str = "a", *leaves: str, title: str = "") -> ApplicationRecord:
    """An application of a few kinds of things."""
    graph = star("application", *(leaves or ("list", "flow")))
    return ApplicationRecord(
        id=key(word), title=title or word, signature=signature(graph), stack=("x", "y"), entities=2, operations=5
    )


def bound(reference: str, task: str = "operation.write:a", digest: str = "") -> Bound:
    """A version that was chosen for a task."""
    return Bound(task=task, capability="a", reference=reference, digest=digest or key("d"), score=0.75)


def run(
    word: str,
    of: str = "a",
    *references: str,
    minutes: int = 0,
    failures: tuple[FailureRecord, ...] = (),
) -> RunRecord:
    """A run of ten scenarios, some of them red."""
    return RunRecord(
        id=word,
        application=key(of),
        at=NOON + timedelta(minutes=minutes),
        revision="0" * 64,
        bound=tuple(bound(reference) for reference in references),
        total=10,
        passed=9 - len(failures),
        failed=len(failures),
        skipped=1,
        seconds=1.5,
        failures=failures,
    )


def failure(*blames: str, scenario: str = "s1", expected: str = "201", actual: str = "500") -> FailureRecord:
    """A red scenario."""
    return FailureRecord(
        scenario=scenario, kind="condition", cause="status", expected=expected, actual=actual, blames=blames
    )


def measured(
    reference: str,
    kind: str = "smoke",
    of: str = "a",
    *,
    total: int = 10,
    passed: int = 10,
    minutes: int = 0,
    digest: str = "",
    environment: str = "e",
) -> EvidenceRecord:
    """A measurement of a version."""
    given = {"reference": reference, "digest": digest or key("d"), "kind": kind, "application": of and key(of)}
    counts = {"environment": environment, "total": total, "passed": passed, "source": "a test"}
    return EvidenceRecord.model_validate({**given, **counts, "at": NOON + timedelta(minutes=minutes)})


def proven(name: str = "plain", text: str = '"""A module."""\n', **manifest: object) -> PatternVersion:
    """A candidate with an example that is as expected."""
    made = pattern(name, {"a.py": text}, status="candidate", **manifest)
    example = (
        PatternFile(path="example/view.json", text="{}\n"),
        PatternFile(path="example/expected/a.py", text=text),
    )
    return PatternVersion(manifest=made.manifest, files=(*made.files, *example))


def proofs(version: PatternVersion, *applications: str) -> tuple[EvidenceRecord, ...]:
    """Green scenarios and shown obligations of a version in applications."""
    kinds = ("smoke", "obligations")
    return tuple(
        measured(version.reference, kind, word, total=20, passed=20, digest=version.digest)
        for word in applications
        for kind in kinds
    )
