"""Move a version along the lifecycle: judge its gates, and only then write; also only say what would be written."""

from collections.abc import Iterable
from datetime import UTC, datetime

from patternbank.bank import Bank
from patternbank.checking.measuring import Measured, measure
from patternbank.curation.gates import Gate, candidate_gates, golden_gates
from patternbank.curation.scores import scores_of
from patternbank.errors import LifecycleError, UnknownPatternError
from patternbank.lifecycle import Change, Scores, check_transition
from patternbank.patterns import PatternVersion, Status
from patternbank.ports import Conditions, Entry, Store
from patternbank.records import EvidenceRecord
from patternbank.values import Frozen, digest

IN_USE = (Status.CANDIDATE, Status.GOLDEN)
NEXT = {Status.DRAFT: Status.CANDIDATE, Status.CANDIDATE: Status.GOLDEN, Status.DEPRECATED: Status.GOLDEN}
"""Where a promotion leads."""


class Move(Frozen):
    """A change that somebody wants: which version, to what state, by whom and why."""

    reference: str
    status: Status
    change: Change


class Moved(Frozen):
    """What became of it: the gates, the scores that evidence gives, and whether it was written."""

    reference: str
    before: Status
    after: Status
    gates: tuple[Gate, ...] = ()
    scores: Scores | None = None
    allowed: bool
    written: bool


def promotion(bank: Bank, reference: str, change: Change, status: Status | None = None) -> Move:
    """Give the next step up of a version, or the one that is named."""
    entry = find(bank, reference)
    if status is None and entry.status not in NEXT:
        raise LifecycleError(f"{entry.reference} is {entry.status}: there is no step up", "add a new version of it")
    return Move(reference=entry.reference, status=status or NEXT[entry.status], change=change)


def move_pattern(bank: Bank, move: Move, *, dry_run: bool = False) -> Moved:
    """Do what is wanted if the lifecycle and all gates allow it; a dry run writes nothing."""
    entry = find(bank, move.reference)
    check_transition(entry.reference, entry.status, move.status, move.change)
    _check_replacement(bank, move.change)
    gates, scores, measured = _judge(bank, entry, move)
    allowed = all(gate.passed for gate in gates)
    if allowed and not dry_run:
        _write(bank, entry, move, scores, measured)
    return Moved(
        reference=entry.reference,
        before=entry.status,
        after=move.status,
        gates=gates,
        scores=scores,
        allowed=allowed,
        written=allowed and not dry_run,
    )


def find(bank: Bank, reference: str) -> Entry:
    """Give a version; without a number the newest of all, whatever its state."""
    name, _, number = reference.partition("@")
    found = [entry for entry in bank.store.versions(name) if number in ("", entry.version)]
    if not found:
        raise UnknownPatternError(f"the bank holds no {reference}", "see `patternbank list`")
    return found[-1]


def in_use(bank: Bank) -> tuple[PatternVersion, ...]:
    """Give the versions that a new one must go together with."""
    return tuple(bank.contents(entry.digest) for entry in bank.entries(Conditions(statuses=IN_USE)))


def _judge(bank: Bank, entry: Entry, move: Move) -> tuple[tuple[Gate, ...], Scores | None, Measured | None]:
    if move.status not in IN_USE or entry.status is Status.GOLDEN:
        return (), entry.scores, None
    pattern = bank.contents(entry.digest)
    measured = measure(pattern, datetime.now(UTC))
    others = in_use(bank)
    if move.status is Status.CANDIDATE:
        return candidate_gates(pattern, others, measured), entry.scores, measured
    evidence = (*bank.store.evidence(entry.reference), *measured.evidence)
    runs = bank.store.runs(reference=entry.reference)
    structures = structures_of(bank.store, evidence)
    gates = golden_gates(pattern, others, measured, evidence, runs, move.change.by, structures)
    return gates, scores_of(evidence, entry.digest, structures), measured


def structures_of(store: Store, evidence: Iterable[EvidenceRecord]) -> dict[str, str]:
    """Say what each measured application looks like; one that the bank does not know stands for itself."""
    known = ((key, store.application(key)) for key in {one.application for one in evidence if one.application})
    return {key: digest(found.signature) for key, found in known if found is not None and found.signature}


def _write(bank: Bank, entry: Entry, move: Move, scores: Scores | None, measured: Measured | None) -> None:
    """Keep what was measured, the scores, and last the state that rests on them."""
    if measured is not None:
        bank.store.add_evidence(measured.evidence)
    if scores is not None and scores != entry.scores:
        bank.store.rate(entry.name, entry.version, scores, move.change)
    bank.store.move(entry.name, entry.version, move.status, move.change)


def _check_replacement(bank: Bank, change: Change) -> None:
    """Refuse a replacement that the bank does not hold."""
    if change.replacement not in ("", "none"):
        find(bank, change.replacement)
