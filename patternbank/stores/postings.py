"""Exact search over all versions of one revision at once."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from patternbank.embeddings import SparseVector
from patternbank.embeddings.dense import Encoder
from patternbank.patterns import PatternManifest
from patternbank.ports import Conditions, Entry

Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
KEPT = 256
_PACKED = 12
"""Bytes of a feature with its weight; see ``rows.pack``."""


class Leg:
    """Sparse vectors turned over: from a feature to those that have it."""

    def __init__(self, blobs: Sequence[bytes]) -> None:
        self._size = len(blobs)
        counts = [len(blob) // _PACKED for blob in blobs]
        keys = b"".join(blob[: 4 * count] for blob, count in zip(blobs, counts, strict=True))
        weights = b"".join(blob[4 * count :] for blob, count in zip(blobs, counts, strict=True))
        features = np.frombuffer(keys, dtype="<u4").astype(np.int64)
        order = np.argsort(features, kind="stable")
        self._owners = np.repeat(np.arange(self._size), counts)[order]
        self._weights = np.frombuffer(weights, dtype="<f8")[order]
        held, starts = np.unique(features[order], return_index=True)
        ends = np.append(starts, len(features))[1:]
        self._spans = dict(zip(held.tolist(), zip(starts.tolist(), ends.tolist(), strict=True), strict=True))

    def products(self, asked: SparseVector) -> Floats:
        """Give the product of each vector with one, rounded so that no order of summing shows."""
        scores = np.zeros(self._size)
        for key, weight in asked:
            start, end = self._spans.get(key, (0, 0))
            scores[self._owners[start:end]] += weight * self._weights[start:end]
        return np.round(scores, 9)


class Postings:
    """All versions of one revision, numbered in the order of their references."""

    def __init__(self, revision: str, rows: Iterable[Any], encoder: Encoder | None = None) -> None:
        self.revision = revision
        ordered = sorted(rows, key=lambda row: f"{row['name']}@{row['version']}")
        self.references = [f"{row['name']}@{row['version']}" for row in ordered]
        self.ids = np.array([row["id"] for row in ordered], dtype=np.int64)
        self.structure = Leg([row["signature"] for row in ordered])
        self.words = Leg([row["words"] for row in ordered])
        self.entries: dict[int, Entry] = {}
        self._dense = _encode(ordered, encoder) if encoder is not None and ordered else None
        self._allowed: dict[Conditions, Mask] = {}

    def cosines(self, asked: Sequence[float]) -> Floats:
        """Give the product of each dense vector with one."""
        if self._dense is None or not asked:
            return np.zeros(len(self.references))
        return np.round(self._dense @ np.array(asked, dtype=np.float64), 6)

    def knows(self, conditions: Conditions) -> bool:
        """Say whether it is kept who meets the conditions."""
        return conditions in self._allowed

    def allowed(self, conditions: Conditions) -> Mask:
        """Give who meets the conditions."""
        return self._allowed[conditions]

    def allow(self, conditions: Conditions, ids: Sequence[int]) -> None:
        """Keep who meets the conditions."""
        if len(self._allowed) >= KEPT:
            self._allowed.clear()
        self._allowed[conditions] = np.isin(self.ids, np.array(ids, dtype=np.int64))

    @staticmethod
    def best(scores: Floats, limit: int, mask: Mask) -> list[int]:
        """Give the numbers of the highest scores above 0, equal ones in order."""
        numbers = np.flatnonzero((scores > 0) & mask)
        if len(numbers) > limit:
            least = np.partition(scores[numbers], -limit)[-limit]
            numbers = numbers[scores[numbers] >= least]
        ordered = numbers[np.lexsort((numbers, -scores[numbers]))]
        return [int(number) for number in ordered[:limit]]


def _encode(rows: Sequence[Any], encoder: Encoder) -> Floats:
    texts = [PatternManifest.model_validate_json(row["manifest"]).text for row in rows]
    return np.array(encoder.encode(texts), dtype=np.float64)
