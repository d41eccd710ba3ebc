"""Exact search over all signatures at once."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from patternbank.embeddings import SparseVector
from patternbank.ports import Hit
from patternbank.stores.rows import unpack


class Postings:
    """All signatures of one revision, turned over: from a feature to the versions that have it."""

    def __init__(self, revision: str, rows: Sequence[Any]) -> None:
        self.revision = revision
        self._references = [f"{row['name']}@{row['version']}" for row in rows]
        vectors = [unpack(row["signature"]) for row in rows]
        owners = np.repeat(np.arange(len(rows)), [len(vector) for vector in vectors])
        features = np.array([key for vector in vectors for key, _ in vector], dtype=np.int64)
        weights = np.array([weight for vector in vectors for _, weight in vector], dtype=np.float64)
        order = np.argsort(features, kind="stable")
        self._features, self._owners, self._weights = features[order], owners[order], weights[order]

    def near(self, signature: SparseVector, limit: int, allowed: Collection[str] | None) -> tuple[Hit, ...]:
        """Give the best by cosine; signatures have length 1, so it is a sum of products."""
        scores = np.zeros(len(self._references))
        keys = np.array([key for key, _ in signature], dtype=np.int64)
        starts = np.searchsorted(self._features, keys, "left")
        ends = np.searchsorted(self._features, keys, "right")
        for (_, weight), start, end in zip(signature, starts, ends, strict=True):
            np.add.at(scores, self._owners[start:end], weight * self._weights[start:end])
        found = (int(number) for number in np.flatnonzero(scores > 0))
        hits = [
            (-round(float(scores[number]), 9), self._references[number])
            for number in found
            if allowed is None or self._references[number] in allowed
        ]
        return tuple(Hit(reference=reference, score=min(1.0, -score)) for score, reference in sorted(hits)[:limit])
