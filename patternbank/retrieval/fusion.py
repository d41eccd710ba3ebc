"""How the legs of a search become one score: weights, and the scores below which the bank rather says nothing."""

from collections.abc import Mapping

from patternbank.values import Frozen


class Weights(Frozen):
    """What each leg counts; only the legs that a query has take part."""

    structure: float = 0.4
    alignment: float = 0.4
    text: float = 0.1
    dense: float = 0.05
    contained: float = 0.4
    """The share of 'the pattern lies within the structure' in the alignment; the rest is likeness both ways."""
    enough: float = 0.42
    """The least score of an answer where structure was compared."""
    enough_text: float = 0.1
    """The least score of an answer to words alone."""

    def fuse(self, legs: Mapping[str, float]) -> float:
        """Give the weighted mean of the legs: 1 without any, 0 where none of them counts."""
        total = score = 0.0
        for leg, value in legs.items():
            weight: float = getattr(self, leg)
            total += weight
            score += weight * value
        if not legs:
            return 1.0
        return score / total if total else 0.0


TUNED = Weights()
"""Found with ``python -m benchmarks.retrieval --tune`` on the training specs; docs/retrieval.md measures the others."""
GENERAL = 0.5
"""The likeness of a pattern that names no structure: it fits any, but one that is made for the structure beats it."""
SHORT_LIST = 10
"""The best by the other legs are aligned exactly: so many, or as many as are wanted."""
WIDE_LIST = 40
"""The best of each leg that are looked at."""
PROVIDERS = 200
"""Up to so many versions of a capability are all looked at; of more, those that the legs name and the first by name."""
UNRELATED = 0.2
"""The cosine that a reading model gives texts which have nothing in common."""
