"""Sparse vectors: 32-bit features with weights, sorted by feature."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from math import fsum
from typing import TypeAlias

SparseVector: TypeAlias = tuple[tuple[int, float], ...]


@lru_cache(maxsize=65536)
def feature(*parts: str) -> int:
    """Hash parts to a stable 32-bit feature, the same in every process."""
    return hashed_each([b"\x1f".join([encoded(part) for part in parts])])[0]


@lru_cache(maxsize=4096)
def encoded(text: str) -> bytes:
    """Give a label or word as bytes; half a character, which JSON can carry, as well."""
    return text.encode("utf-8", "surrogatepass")


def hashed_each(texts: Iterable[bytes]) -> list[int]:
    """Give the features of parts that are joined already; what occurs once is not worth remembering."""
    number = int.from_bytes
    return [number(sha256(text).digest()[:4], "big") for text in texts]


def sparse(weights: Mapping[int, float]) -> SparseVector:
    """Sort weights by feature and round them, so that equal inputs give equal bytes; equal ones are rounded once."""
    rounded = {weight: round(weight, 6) for weight in set(weights.values())}
    return tuple([(key, rounded[weights[key]]) for key in sorted(weights) if weights[key]])


def similarity(left: SparseVector, right: SparseVector) -> float:
    """Give the cosine of two sparse vectors, 0 when one is empty."""
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    norm = sum(weight * weight for _, weight in left) * sum(weight * weight for _, weight in right)
    return float(min(1.0, dot(dict(left), dict(right)) / norm**0.5))


def dot(left: Mapping[int, float], right: Mapping[int, float]) -> float:
    """Give the product of two vectors by feature, whatever their order; of vectors of length 1 it is their cosine."""
    return fsum(left[key] * right[key] for key in left.keys() & right.keys())
