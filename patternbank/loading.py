"""Bring the shipped patterns into a store: once, completely, and again when they changed."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from patternbank.curation.scores import scores_of
from patternbank.errors import LifecycleError, ManifestError
from patternbank.lifecycle import Change
from patternbank.patterns import PatternVersion, Status, read_patterns
from patternbank.patterns.folder import EVIDENCE
from patternbank.ports import Conditions, Entry, Store
from patternbank.records import EvidenceRecord
from patternbank.values import Json, digest

SHIPPED = "shipped"
CURATOR = "patternbank"
_DIGEST_NOTE = "shipped.digest"
_FINGERPRINT_NOTE = "shipped.fingerprint"
EVIDENCE_RECORDS = TypeAdapter(tuple[EvidenceRecord, ...])


@contextmanager
def shipped_folder() -> Iterator[Path]:
    """Give the folder of the shipped patterns."""
    with resources.as_file(resources.files("seeds") / "patterns") as folder:
        yield folder


def load_shipped(store: Store) -> None:
    """Take the shipped patterns into a store; when nothing changed, nothing is read and nothing is written."""
    with shipped_folder() as folder:
        fingerprint = file_fingerprint(folder)
        if store.note(_FINGERPRINT_NOTE) == fingerprint:
            return
        load_folder(store, folder)
    store.keep_note(_FINGERPRINT_NOTE, fingerprint)


def load_folder(store: Store, folder: Path) -> str:
    """Take all patterns of a folder into a store as the shipped ones; give the digest of what was read."""
    patterns = read_patterns(folder) if folder.is_dir() else ()
    evidence = {pattern.reference: read_evidence(folder, pattern) for pattern in patterns}
    found = digest(
        [[one.reference, one.digest, one.manifest.status, _plain(evidence[one.reference])] for one in patterns]
    )
    if store.note(_DIGEST_NOTE) != found:
        store.add(patterns, _change("shipped with this release"), origin=SHIPPED, reissue=True)
        store.add_evidence([record for records in evidence.values() for record in records])
        for pattern in patterns:
            scores = scores_of(evidence[pattern.reference], pattern.digest)
            if scores is not None:
                store.rate(pattern.name, pattern.version, scores, _change("shipped evidence"))
        _retire_others(store, patterns)
        store.keep_note(_DIGEST_NOTE, found)
    return found


def read_evidence(folder: Path, pattern: PatternVersion) -> tuple[EvidenceRecord, ...]:
    """Read what ``make evidence`` measured of a shipped pattern; what it measured of other contents does not count."""
    places = (folder / pattern.name / EVIDENCE, folder / pattern.reference / EVIDENCE)
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return ()
    try:
        records = EVIDENCE_RECORDS.validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{path}: no evidence can be read: {first['msg']}"
        raise ManifestError(message, "write it with `make evidence`") from error
    of_these = (pattern.reference, pattern.digest)
    return tuple(record for record in records if (record.reference, record.digest) == of_these)


def _plain(records: Sequence[EvidenceRecord]) -> list[Json]:
    return [record.model_dump(mode="json") for record in records]


def file_fingerprint(folder: Path) -> str:
    """Hash names, sizes and times of a folder's files: enough to see that nothing changed."""
    seen = hashlib.sha256(str(folder).encode())
    for line in sorted(_seen(str(folder))):
        seen.update(line.encode("utf-8", "surrogateescape"))
    return seen.hexdigest()


def _seen(folder: str) -> Iterator[str]:
    if not os.path.isdir(folder):  # noqa: PTH112 - this runs at every start, over every file
        return
    with os.scandir(folder) as found:
        for item in found:
            if item.is_dir(follow_symlinks=False):
                yield from _seen(item.path)
            else:
                state = item.stat(follow_symlinks=False)
                yield f"{item.path}\x1f{state.st_size}\x1f{state.st_mtime_ns}\n"


def _retire_others(store: Store, patterns: Sequence[PatternVersion]) -> None:
    """Deprecate shipped versions that this release does not bring, and take back those that it brings again."""
    current = {pattern.reference: pattern for pattern in patterns}
    names = {pattern.name: pattern.reference for pattern in patterns}
    for entry in store.entries(Conditions(statuses=(Status.GOLDEN, Status.DEPRECATED))):
        if entry.origin != SHIPPED:
            continue
        if entry.status is Status.GOLDEN and entry.reference not in current:
            change = _change("no longer shipped", replacement=names.get(entry.name, "none"))
            _move(store, entry, Status.DEPRECATED, change)
        elif entry.status is Status.DEPRECATED and _comes_back(store, entry, current.get(entry.reference)):
            _move(store, entry, Status.GOLDEN, _change("shipped again"))


def _move(store: Store, entry: Entry, status: Status, change: Change) -> None:
    """Change a state, unless another process has just done it."""
    try:
        store.move(entry.name, entry.version, status, change)
    except LifecycleError:
        now = store.entry(entry.name, entry.version)
        if now is None or now.status is not status:
            raise


def _comes_back(store: Store, entry: Entry, pattern: PatternVersion | None) -> bool:
    """Undo a deprecation only when it was the loader's own."""
    last = store.history(entry.name, entry.version)[-1]
    return pattern is not None and pattern.manifest.status is Status.GOLDEN and last.change.by == CURATOR


def _change(why: str, replacement: str = "") -> Change:
    return Change(by=CURATOR, why=why, replacement=replacement)
