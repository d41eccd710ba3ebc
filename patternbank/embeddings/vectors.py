"""Sparse vectors: 32-bit features with weights, sorted by feature."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from math import fsum
from typing import TypeAlias

SparseVector: TypeAlias = tuple[tuple[int, float], ...]


@lru_cache(maxsize=65536)
def feature(*parts: str) -> int:
    """Hash parts to a stable 32-bit feature, the same in every process."""
    return hashed("\x1f".join(parts))


def hashed(text: str) -> int:
    """Give the feature of parts that are joined already; what occurs once is not worth remembering."""
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:4], "big")


def sparse(weights: Mapping[int, float]) -> SparseVector:
    """Sort weights by feature and round them, so that equal inputs give equal bytes."""
    return tuple((key, round(weights[key], 6)) for key in sorted(weights) if weights[key])


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
