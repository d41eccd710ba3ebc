"""Make one bank hold everything that another holds: by doing again, in order, what was recorded there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby

from patternbank.errors import PatternBankError, StoreError
from patternbank.indexing.learnt import carry_lessons
from patternbank.indexing.retold import is_told_alike
from patternbank.lifecycle import HistoryEntry, Scores
from patternbank.patterns import PatternVersion, Status
from patternbank.ports import Entry, Store
from patternbank.values import Frozen

PAGE = 500
BULK = 200


class Synced(Frozen):
    """What was carried over, and what could not be; ``equal``: both hold the same versions in the same state."""

    versions: int = 0
    changes: int = 0
    runs: int = 0
    evidence: int = 0
    lessons: int = 0
    proposals: int = 0
    conflicts: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()
    """Versions that the target has and the source has not."""
    equal: bool = False
    dry_run: bool = False


def sync(source: Store, target: Store, *, dry_run: bool = False) -> Synced:
    """Bring versions, contents, states, scores, history, lessons, runs and evidence of the source into the target.

    What is there already is left as it is, so a second run changes nothing and one after a kill goes on. A version or
    lesson that went another way in the target is a conflict: it is named, and nothing is done to it.
    """
    tally = _Tally(dry_run=dry_run)
    deferred: Callable[[], AbstractContextManager[None]] = getattr(target, "deferring", nullcontext)
    with deferred():
        _add_new(source, target, tally)
        for entry in _pages(source):
            _follow(source, target, entry, tally)
        learnt = carry_lessons(source, target, dry_run=dry_run)
        _carry_runs(source, target, tally)
    theirs = {entry.reference for entry in _pages(target)}
    ours = {entry.reference for entry in _pages(source)}
    return Synced(
        versions=tally.versions,
        changes=tally.changes + learnt.changes,
        runs=tally.runs,
        evidence=tally.evidence + learnt.evidence,
        lessons=learnt.lessons,
        proposals=learnt.proposals,
        conflicts=(*tally.conflicts, *learnt.conflicts),
        only_there=tuple(sorted(theirs - ours)),
        equal=source.revision() == target.revision(),
        dry_run=dry_run,
    )


class _Tally:
    def __init__(self, *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.versions = self.changes = self.runs = self.evidence = 0
        self.conflicts: list[str] = []


def _add_new(source: Store, target: Store, tally: _Tally) -> None:
    """Add what the target lacks as it was when it was first added, many in one transaction."""
    known = {entry.reference for entry in _pages(target)}
    for page in _chunks(_pages(source)):
        missing = []
        for entry in page:
            if entry.reference not in known:
                first = source.history(entry.name, entry.version)[0]
                missing.append((first.change, entry.origin, _first_contents(source, entry, first)))
        tally.versions += len(missing)
        if tally.dry_run:
            continue
        for (change, origin), group in groupby(missing, key=lambda one: (one[0], one[1])):
            target.add([pattern for _, _, pattern in group], change, origin=origin)


def _follow(source: Store, target: Store, entry: Entry, tally: _Tally) -> None:
    """Do again what happened to a version after what the target has of it."""
    done = target.history(entry.name, entry.version)
    wanted = source.history(entry.name, entry.version)
    if not done and tally.dry_run:
        tally.changes += len(wanted) - 1
        return
    there = target.entry(entry.name, entry.version)
    as_told = is_told_alike(done, wanted[: len(done)]) and there is not None
    if not as_told or (there is not None and there.digest != _digest_after(wanted, len(done), entry)):
        if there is None or _state(there) != _state(entry):
            tally.conflicts.append(f"{entry.reference} went another way there: look at both with `history` and `diff`")
        return
    for number in range(len(done), len(wanted)):
        tally.changes += 1
        if not tally.dry_run:
            _repeat(source, target, entry, wanted[number:])


def _repeat(source: Store, target: Store, entry: Entry, remaining: Sequence[HistoryEntry]) -> None:
    """Do one recorded change again, with who, why and when as they were."""
    step, later = remaining[0], remaining[1:]
    match step.kind:
        case "status":
            target.move(entry.name, entry.version, Status(step.after), step.change)
        case "scores":
            target.rate(entry.name, entry.version, Scores.model_validate_json(step.after), step.change)
        case "reissued":
            status = next((Status(one.before) for one in later if one.kind == "status"), entry.status)
            pattern = _contents(source, entry, step.after).with_status(status)
            target.add([pattern], step.change, origin=entry.origin, reissue=True)
        case _:
            raise StoreError(f"{entry.reference} has a change of a kind that cannot be done again: {step.kind}")


def _carry_runs(source: Store, target: Store, tally: _Tally) -> None:
    """Carry over runs, oldest first, and measurements."""
    after = ""
    while applications := source.applications(after=after, limit=PAGE):
        after = applications[-1].id
        for application in applications:
            known = {run.id for run in target.runs(application=application.id)}
            for run in reversed(source.runs(application=application.id)):
                if run.id not in known:
                    tally.runs += 1
                    if not tally.dry_run:
                        target.record(application, run)
    for entry in _pages(source):
        known_evidence = set(target.evidence(entry.reference))
        new = [one for one in source.evidence(entry.reference) if one not in known_evidence]
        if new:
            tally.evidence += len(new) if tally.dry_run else target.add_evidence(new)


def _first_contents(source: Store, entry: Entry, first: HistoryEntry) -> PatternVersion:
    """Give a version as it was when it was added."""
    digest = _digest_after(source.history(entry.name, entry.version), 1, entry)
    return _contents(source, entry, digest).with_status(Status(first.after))


def _digest_after(history: Sequence[HistoryEntry], count: int, entry: Entry) -> str:
    """Give the digest that a version had after some of its changes."""
    later = (one.before for one in history[count:] if one.kind == "reissued")
    return next(later, entry.digest)


def _contents(source: Store, entry: Entry, digest: str) -> PatternVersion:
    found = source.contents(digest)
    if found is None:
        raise PatternBankError(f"the contents {digest[:12]} of {entry.reference} are not there", "see `doctor`")
    return found


def _state(entry: Entry) -> tuple[object, ...]:
    return entry.digest, entry.status, entry.scores, entry.origin


def _pages(store: Store) -> Iterator[Entry]:
    after = ""
    while entries := store.entries(after=after, limit=PAGE):
        yield from entries
        after = entries[-1].reference


def _chunks(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    for entry in entries:
        chunk.append(entry)
        if len(chunk) == BULK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
