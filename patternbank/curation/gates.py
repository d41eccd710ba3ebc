"""The gates that a version must pass before it may be a candidate or golden; each says why, and what to do."""

from collections.abc import Iterator, Mapping, Sequence

from patternbank.checking import Finding, check_together
from patternbank.checking.measuring import HINTS, Measured
from patternbank.curation.scores import APPLICATIONS, BAR, counted, proven_in, scores_of
from patternbank.lifecycle import Scores
from patternbank.patterns import PatternVersion, Status
from patternbank.records import EvidenceKind, EvidenceRecord, FailureRecord, RunRecord
from patternbank.values import Frozen

_MEASURE = {
    "tests": "the example renders and is as expected",
    "lint": "the rendered example has no finding of ruff",
    "types": "the types of the rendered example hold",
    "security": "bandit finds nothing in the rendered example",
}
_UNMEASURED = {"types": "install mypy where the bank runs: `pip install mypy`"}
_PROVE = "build it into more applications: `devmatrix run SPEC --out DIR --try NAME@VERSION` records each"
_TO_DO = {
    "readiness": "pass the gates of a candidate, and prove it in more applications",
    "coverage": "use it where scenarios can show what it owes",
    "security": HINTS["security"],
    "reliability": _PROVE,
}


class Gate(Frozen):
    """One condition of a promotion, whether it holds, why, and what to do when it does not."""

    name: str
    passed: bool
    text: str
    hint: str = ""


def candidate_gates(pattern: PatternVersion, others: Sequence[PatternVersion], measured: Measured) -> tuple[Gate, ...]:
    """Judge whether a version may be a candidate beside the others that are in use."""
    gates = [_schema(pattern), *(_measured(kind, measured) for kind in ("tests", "lint", "types"))]
    return (*gates, _conflict(pattern, others))


def golden_gates(
    pattern: PatternVersion,
    others: Sequence[PatternVersion],
    measured: Measured,
    evidence: Sequence[EvidenceRecord],
    runs: Sequence[RunRecord],
    by: str,
    structures: Mapping[str, str] | None = None,
) -> tuple[Gate, ...]:
    """Judge whether a version may be golden; ``evidence`` includes what was just measured."""
    found = counted(evidence, pattern.digest, structures)
    return (
        *candidate_gates(pattern, others, measured),
        _measured("security", measured).model_copy(update={"name": "bandit"}),
        _proven(found),
        _blameless(pattern, runs),
        *_scores(scores_of(evidence, pattern.digest, structures)),
        _curator(by),
    )


def open_failures(pattern: PatternVersion, runs: Sequence[RunRecord]) -> tuple[tuple[RunRecord, FailureRecord], ...]:
    """Give what is blamed on these contents in the newest run of each application that used them.

    A later run of the same application, with the same contents, that passes clears what was blamed before.
    """
    seen: set[str] = set()
    found: list[tuple[RunRecord, FailureRecord]] = []
    for run in sorted(runs, key=lambda run: (run.at, run.id), reverse=True):
        used = any((one.reference, one.digest) == (pattern.reference, pattern.digest) for one in run.bound)
        if used and run.application not in seen:
            seen.add(run.application)
            found += [(run, failure) for failure in run.failures if pattern.reference in failure.blames]
    return tuple(found)


def _schema(pattern: PatternVersion) -> Gate:
    return Gate(name="schema", passed=True, text=f"the manifest of {pattern.reference} is valid")


def _measured(kind: EvidenceKind, measured: Measured) -> Gate:
    found = [finding for finding in measured.findings if finding.code == kind]
    if not any(one.kind == kind for one in measured.evidence):
        missing = f"not measured: {_MEASURE[kind]}"
        return Gate(name=kind, passed=False, text=missing, hint=_UNMEASURED.get(kind, "let the example render first"))
    if found:
        return Gate(name=kind, passed=False, text=_all(found), hint=found[0].hint or HINTS[kind])
    return Gate(name=kind, passed=True, text=_MEASURE[kind])


def _conflict(pattern: PatternVersion, others: Sequence[PatternVersion]) -> Gate:
    """Judge it as if it were in use, beside what is."""
    usable = pattern.with_status(Status.CANDIDATE)
    beside = [other for other in others if other.reference != pattern.reference]
    found = [one for one in check_together([usable, *beside]) if one.pattern == pattern.reference]
    if found:
        return Gate(name="conflicts", passed=False, text=_all(found), hint=found[0].hint)
    return Gate(name="conflicts", passed=True, text="what it requires is there, and its conflicts are said by both")


def _proven(found: Sequence[EvidenceRecord]) -> Gate:
    proven = proven_in(found)
    text = f"proven in {len(proven)} different applications, at least {APPLICATIONS} are needed"
    return Gate(name="proven", passed=len(proven) >= APPLICATIONS, text=text, hint=_PROVE)


def _blameless(pattern: PatternVersion, runs: Sequence[RunRecord]) -> Gate:
    found = open_failures(pattern, runs)
    if not found:
        return Gate(name="blameless", passed=True, text="no failure is blamed on it")
    run, failure = found[0]
    text = f"{len(found)} failures are blamed on it, for example {failure.scenario} in run {run.id}"
    hint = f"see `patternbank failures {pattern.reference}`; put the fix into a new version"
    return Gate(name="blameless", passed=False, text=text, hint=hint)


def _scores(scores: Scores | None) -> Iterator[Gate]:
    for name, bar in BAR.model_dump().items():
        value = getattr(scores, name) if scores is not None else 0.0
        yield Gate(name=name, passed=value >= bar, text=f"{name} is {value:.4f}, the bar is {bar}", hint=_TO_DO[name])


def _curator(by: str) -> Gate:
    named = bool(by.strip())
    text = f"the curator is {by}" if named else "no curator is named"
    return Gate(name="curator", passed=named, text=text, hint="say who promotes it: --by, or PATTERNBANK_CURATOR")


def _all(found: Sequence[Finding]) -> str:
    """Write the first findings in one line."""
    more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
    return "; ".join(f"{finding.place}: {finding.text}" for finding in found[:3]) + more
