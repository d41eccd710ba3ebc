"""One number for all that a selection may depend on: it grows by a term for each version, in any order."""

import hashlib
from collections.abc import Iterable

from patternbank.values import canonical

EMPTY = "0" * 64
_WORLD = 1 << 256


def term(name: str, version: str, digest: str, status: str, scores: str) -> int:
    """Give a version's share of the revision; ``scores`` as JSON, empty without any."""
    return int.from_bytes(hashlib.sha256(canonical([name, version, digest, status, scores])).digest(), "big")


def moved(revision: str, *, gone: Iterable[int] = (), come: Iterable[int] = ()) -> str:
    """Give the revision after some terms are gone and others have come."""
    return f"{(int(revision, 16) + sum(come) - sum(gone)) % _WORLD:064x}"


def revision_of(terms: Iterable[int]) -> str:
    """Give the revision of all versions' terms."""
    return moved(EMPTY, come=terms)
