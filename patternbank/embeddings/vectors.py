"""Sparse vectors: 32-bit features with weights, sorted by feature."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

SparseVector: TypeAlias = tuple[tuple[int, float], ...]


@lru_cache(maxsize=65536)
def feature(*parts: str) -> int:
    """Hash parts to a stable 32-bit feature, the same in every process."""
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()[:4], "big")


def sparse(weights: Mapping[int, float]) -> SparseVector:
    """Sort weights by feature and round them, so that equal inputs give equal bytes."""
    return tuple((key, round(weights[key], 6)) for key in sorted(weights) if weights[key])


def similarity(left: SparseVector, right: SparseVector) -> float:
    """Give the cosine of two sparse vectors, 0 when one is empty."""
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    other = dict(right)
    dot = sum(weight * other.get(key, 0.0) for key, weight in left)
    norm = sum(weight * weight for _, weight in left) * sum(weight * weight for _, weight in right)
    return float(min(1.0, dot / norm**0.5))
