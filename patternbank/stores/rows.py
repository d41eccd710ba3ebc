"""Versions as rows of SQLite, and back."""

import array
import json
import sqlite3
import sys

from patternbank.embeddings import SparseVector, signature, text_vector
from patternbank.errors import UnknownPatternError
from patternbank.lifecycle import Scores
from patternbank.patterns import PatternManifest, PatternVersion, Status, version_key
from patternbank.ports import Conditions, Entry

ENTRY_COLUMNS = "id, manifest, digest, status, origin, scores, signature, words"


def version_row(pattern: PatternVersion, origin: str) -> dict[str, object]:
    """Give the columns of a version."""
    return {
        "name": pattern.name,
        "version": pattern.version,
        "sorting": sorting(pattern.version),
        "digest": pattern.digest,
        "status": pattern.manifest.status.value,
        "origin": origin,
        "manifest": pattern.manifest.model_dump_json(by_alias=True, exclude_defaults=True),
        "stack": json.dumps(pattern.manifest.stack),
        "signature": pack(signature(pattern.manifest.features)),
        "words": pack(text_vector(pattern.manifest.text)),
    }


def entry_of(row: sqlite3.Row) -> Entry:
    """Read a listed version from its row."""
    return Entry(
        manifest=PatternManifest.model_validate_json(row["manifest"]),
        digest=row["digest"],
        status=Status(row["status"]),
        origin=row["origin"],
        scores=Scores.model_validate_json(row["scores"]) if row["scores"] else None,
        signature=unpack(row["signature"]),
        words=unpack(row["words"]),
    )


def where(conditions: Conditions) -> tuple[str, list[object]]:
    """Give the conditions as SQL with its parameters; it is never empty."""
    parts: list[str] = ["TRUE"]
    values: list[object] = []
    if conditions.capability:
        parts.append("id IN (SELECT version_id FROM capabilities WHERE capability = ?)")
        values.append(conditions.capability)
    if conditions.statuses:
        parts.append("status IN (SELECT value FROM json_each(?))")
        values.append(json.dumps([status.value for status in conditions.statuses]))
    if conditions.stack:
        parts.append("NOT EXISTS (SELECT 1 FROM json_each(stack) WHERE value NOT IN (SELECT value FROM json_each(?)))")
        values.append(json.dumps(conditions.stack))
    if conditions.min_score:
        parts.append("least >= ?")
        values.append(conditions.min_score)
    return " AND ".join(parts), values


def sorting(version: str) -> str:
    """Give a text that sorts like the version itself: numbers with their length in front."""
    try:
        return _sortable(version_key(version))
    except ValueError as error:
        raise UnknownPatternError(f"{version[:40]!r} is no version", "write NAME@VERSION, as a list ended") from error


def _sortable(key: object) -> str:
    match key:
        case bool():
            return str(int(key))
        case int():
            digits = str(key)
            return f"{len(digits):03d}{digits}"
        case tuple():
            return "".join(f"{_sortable(part)}\x02" for part in key) + "\x01"
    return str(key)


def pack(vector: SparseVector) -> bytes:
    """Write a vector as little-endian features, then weights."""
    keys, values = zip(*vector, strict=True) if vector else ((), ())
    features, weights = array.array("I", keys), array.array("d", values)
    if sys.byteorder == "big":
        features.byteswap()
        weights.byteswap()
    return features.tobytes() + weights.tobytes()


def unpack(blob: bytes) -> SparseVector:
    """Read what ``pack`` wrote."""
    weights = array.array("d", blob[len(blob) // 12 * 4 :])
    if sys.byteorder == "big":
        weights.byteswap()
    return tuple(zip(keys_of(blob), weights, strict=True))


def keys_of(blob: bytes) -> "array.array[int]":
    """Read the features alone of what ``pack`` wrote."""
    features = array.array("I", blob[: len(blob) // 12 * 4])
    if sys.byteorder == "big":
        features.byteswap()
    return features
