"""Make a pack: the same versions in the same state give the same bytes, whatever store holds them."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import TypeVar

from patternbank.bank import Bank
from patternbank.errors import PackError, UnknownPatternError
from patternbank.lifecycle import Change
from patternbank.packs.archive import write_archive
from patternbank.packs.contents import (
    FOLDER,
    FORMAT,
    LARGEST_FILE,
    LARGEST_PACK,
    MANIFEST,
    PATTERN,
    Claims,
    PackedFile,
    PackedPattern,
    PackManifest,
)
from patternbank.packs.names import check_distinct, check_name
from patternbank.patterns import PatternVersion
from patternbank.ports import Entry, Store
from patternbank.records import EvidenceRecord
from patternbank.values import canonical

_Timed = TypeVar("_Timed", EvidenceRecord, Change)


def export_pack(bank: Bank, patterns: Sequence[str] = ()) -> bytes:
    """Give the pack of some patterns, or of all; of a name without a number all versions."""
    files: dict[str, bytes] = {}
    packed: list[PackedPattern] = []
    for entry in sorted(chosen(bank, patterns), key=lambda entry: entry.reference):
        files.update(_files(bank.contents(entry.digest)))
        packed.append(PackedPattern(reference=entry.reference, digest=entry.digest, claims=_claims(bank.store, entry)))
    declared = tuple(
        PackedFile(path=path, size=len(files[path]), sha256=hashlib.sha256(files[path]).hexdigest())
        for path in sorted(files)
    )
    manifest = PackManifest(format=FORMAT, patterns=tuple(packed), files=declared)
    made = write_archive({**files, MANIFEST: _json(manifest.model_dump(mode="json"))})
    if len(made) > LARGEST_PACK:
        raise PackError(f"the pack would be larger than {LARGEST_PACK} bytes", "export fewer patterns at a time")
    return made


def chosen(bank: Bank, patterns: Sequence[str]) -> tuple[Entry, ...]:
    """Give the versions that are named, each once."""
    if not patterns:
        return bank.entries()
    found: dict[str, Entry] = {}
    for wanted in patterns:
        name, _, number = wanted.partition("@")
        versions = [entry for entry in bank.store.versions(name) if number in ("", entry.version)]
        if not versions:
            raise UnknownPatternError(f"the bank holds no {wanted}", "see `patternbank list`")
        found.update({entry.reference: entry for entry in versions})
    return tuple(found.values())


def _files(pattern: PatternVersion) -> dict[str, bytes]:
    """Give a version's files as they lie in the pack; refuse what no import would take."""
    described = pattern.manifest.model_dump(mode="json", by_alias=True, exclude={"status"}, exclude_defaults=True)
    texts = {file.path: file.text.encode() for file in pattern.files}
    if PATTERN in texts:
        raise PackError(f"{pattern.reference} holds a file {PATTERN}", "rename it: packs keep the manifest there")
    files = {f"{FOLDER}{pattern.reference}/{path}": text for path, text in {**texts, PATTERN: _json(described)}.items()}
    for path, content in files.items():
        check_name(path)
        if len(content) > LARGEST_FILE:
            raise PackError(f"{path!r} is larger than {LARGEST_FILE} bytes", "leave it out of the pattern")
    check_distinct(list(files))
    return files


def _claims(store: Store, entry: Entry) -> Claims:
    recorded = store.history(entry.name, entry.version)
    return Claims(
        status=entry.status,
        origin=entry.origin,
        scores=entry.scores,
        evidence=_sorted(_in_utc(one) for one in store.evidence(entry.reference)),
        history=tuple(one.model_copy(update={"change": _in_utc(one.change)}) for one in recorded),
    )


def _in_utc(record: _Timed) -> _Timed:
    """Say the same time in one way."""
    return record.model_copy(update={"at": record.at.astimezone(UTC)})


def _sorted(records: Iterable[EvidenceRecord]) -> tuple[EvidenceRecord, ...]:
    return tuple(sorted(records, key=lambda one: canonical(one.model_dump(mode="json"))))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()
