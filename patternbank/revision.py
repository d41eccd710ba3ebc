"""One number for all that a selection may depend on: it grows by a term for each version and each active lesson."""

import hashlib
from collections.abc import Iterable

from patternbank.values import canonical

EMPTY = "0" * 64
_WORLD = 1 << 256


def term(name: str, version: str, digest: str, status: str, scores: str) -> int:
    """Give a version's share of the revision; ``scores`` as JSON, empty without any."""
    return int.from_bytes(hashlib.sha256(canonical([name, version, digest, status, scores])).digest(), "big")


def lesson_term(key: str) -> int:
    """Give an active lesson's share of the revision; a lesson that no build follows has none."""
    return int.from_bytes(hashlib.sha256(canonical(["lesson", key])).digest(), "big")


def moved(revision: str, *, gone: Iterable[int] = (), come: Iterable[int] = ()) -> str:
    """Give the revision after some terms are gone and others have come."""
    return f"{(int(revision, 16) + sum(come) - sum(gone)) % _WORLD:064x}"


def revision_of(terms: Iterable[int]) -> str:
    """Give the revision that all terms add up to."""
    return moved(EMPTY, come=terms)
