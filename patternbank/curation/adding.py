"""Take new versions in: checked beside what is held, measured, and only then written; also only say what would be."""

from collections.abc import Sequence
from datetime import UTC, datetime

from patternbank.bank import Bank
from patternbank.checking import TOGETHER, Finding, check_beside
from patternbank.checking.measuring import Measured, measure
from patternbank.checking.types import types_can_be_checked
from patternbank.errors import VersionConflictError
from patternbank.lifecycle import Change
from patternbank.patterns import PatternVersion, Status
from patternbank.values import Frozen

UNCHECKED = "mypy is not installed, so types were not checked: added as drafts"


class Added(Frozen):
    """What became of an addition: references that are new, all that passed; with any finding nothing is added."""

    added: tuple[str, ...]
    ready: tuple[PatternVersion, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def add_checked(
    bank: Bank, patterns: Sequence[PatternVersion], found: Sequence[Finding], change: Change, *, dry_run: bool = False
) -> Added:
    """Add versions whose own checks found what is given; with any finding nothing is added."""
    held = [bank.contents(entry.digest) for entry in bank.entries()]
    findings = (*(one for one in found if one.code not in TOGETHER), *check_beside(patterns, held))
    ready, measured, notes = _measured(() if findings else patterns)
    findings = (*findings, *(one for each in measured for one in each.findings))
    if findings:
        ready = []
    added = _new(ready, held) if dry_run else bank.store.add(ready, change)
    if not dry_run:
        bank.store.add_evidence([record for one in measured for record in one.evidence if ready])
    return Added(added=added, ready=tuple(ready), findings=findings, notes=notes)


def _new(patterns: Sequence[PatternVersion], held: Sequence[PatternVersion]) -> tuple[str, ...]:
    """Give what an addition would add; refuse what it would refuse."""
    known = {version.reference: version.digest for version in held}
    for one in patterns:
        if known.get(one.reference, one.digest) != one.digest:
            raise VersionConflictError(
                f"{one.reference} is in the bank with other contents", "a version never changes: raise its number"
            )
    return tuple(one.reference for one in patterns if one.reference not in known)


def _measured(
    patterns: Sequence[PatternVersion],
) -> tuple[list[PatternVersion], list[Measured], tuple[str, ...]]:
    """Measure new patterns; what cannot be measured whole comes in as a draft."""
    whole = types_can_be_checked()
    status = Status.CANDIDATE if whole else Status.DRAFT
    now = datetime.now(UTC)
    notes = (UNCHECKED,) if patterns and not whole else ()
    return [one.with_status(status) for one in patterns], [measure(one, now) for one in patterns], notes
