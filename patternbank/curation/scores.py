"""The four scores of a version, out of its evidence and nothing else; docs/scores.md explains the formulas."""

from collections.abc import Iterable, Mapping, Sequence

from patternbank.lifecycle import Scores
from patternbank.records import EvidenceKind, EvidenceRecord

BAR = Scores(readiness=1.0, coverage=0.9, security=1.0, reliability=0.9)
"""What each score must reach before a version may be golden."""
APPLICATIONS = 3
"""In how many different applications a version must be proven."""
TRIALS = 20
"""One application counts as so many trials at most, or a single large one would outvote all others."""
CONFIDENCE = 1.6448536269514722
"""The quantile of the normal distribution below which 95 % lie."""
CHECKS: tuple[EvidenceKind, ...] = ("tests", "lint", "types")


def scores_of(
    evidence: Iterable[EvidenceRecord], digest: str, structures: Mapping[str, str] | None = None
) -> Scores | None:
    """Give the scores that evidence about these contents amounts to; none without any."""
    found = counted(evidence, digest, structures)
    if not found:
        return None
    return Scores(
        readiness=round(_readiness(found), 4),
        coverage=round(_share([one for one in found if one.kind == "obligations"]), 4),
        security=round(_clean([one for one in found if one.kind == "security"]), 4),
        reliability=round(_reliability([one for one in found if one.kind == "smoke"]), 4),
    )


def counted(
    evidence: Iterable[EvidenceRecord], digest: str, structures: Mapping[str, str] | None = None
) -> tuple[EvidenceRecord, ...]:
    """Give what counts: of these contents, the newest of each kind, application and environment.

    Of several at one time the least favourable counts. ``structures`` says what an application looks like: those that
    look alike, renamed for instance, are one.
    """
    newest: dict[tuple[str, str, str], EvidenceRecord] = {}
    for one in evidence:
        key = (one.kind, (structures or {}).get(one.application, one.application), one.environment)
        if one.digest == digest and (key not in newest or _newer(one, newest[key])):
            newest[key] = one
    return tuple(newest[key] for key in sorted(newest))


def proven_in(evidence: Sequence[EvidenceRecord]) -> tuple[str, ...]:
    """Give the applications in which scenarios were asked and all passed, out of evidence that counts."""
    smoke = [one for one in evidence if one.kind == "smoke" and one.application]
    red = {one.application for one in smoke if one.passed < one.total}
    return tuple(sorted({one.application for one in smoke if one.total} - red))


def _newer(one: EvidenceRecord, other: EvidenceRecord) -> bool:
    return (one.at, _missed(one), one.total) > (other.at, _missed(other), other.total)


def _missed(one: EvidenceRecord) -> float:
    return (one.total - one.passed) / one.total if one.total else 0.0


def _readiness(found: Sequence[EvidenceRecord]) -> float:
    """Average what its own checks let through with how far it is proven."""
    parts = [_clean([one for one in found if one.kind == kind]) for kind in CHECKS]
    proven = min(len(proven_in(found)), APPLICATIONS) / APPLICATIONS
    return (sum(parts) + proven) / (len(CHECKS) + 1)


def _share(found: Sequence[EvidenceRecord]) -> float:
    """Give the share that passed of all together; 0 when nothing was measured."""
    total = sum(one.total for one in found)
    return sum(one.passed for one in found) / total if total else 0.0


def _clean(found: Sequence[EvidenceRecord]) -> float:
    """Give the share without a finding; a measurement of nothing finds nothing."""
    return _share(found) if any(one.total for one in found) else float(bool(found))


def _reliability(found: Sequence[EvidenceRecord]) -> float:
    """Give the lower end of Wilson's interval for the share of scenarios that pass, 95 % sure.

    Every measurement counts as at most ``TRIALS`` trials.
    """
    weights = [(min(one.total, TRIALS), one.passed / one.total) for one in found if one.total]
    trials = sum(weight for weight, _ in weights)
    if not trials:
        return 0.0
    share = sum(weight * passed for weight, passed in weights) / trials
    square = CONFIDENCE * CONFIDENCE
    spread = CONFIDENCE * (share * (1 - share) / trials + square / (4 * trials * trials)) ** 0.5
    return float(max(0.0, (share + square / (2 * trials) - spread) / (1 + square / trials)))
