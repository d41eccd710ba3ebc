"""Find the pattern that fits: hard conditions first, then likeness, then an exact judge, with reasons."""

from patternbank.retrieval.applications import Remembered, applications_like
from patternbank.retrieval.fusion import TUNED, Weights
from patternbank.retrieval.query import Candidate, Query, Ranking, Rejection
from patternbank.retrieval.rank import rank

__all__ = [
    "TUNED",
    "Candidate",
    "Query",
    "Ranking",
    "Rejection",
    "Remembered",
    "Weights",
    "applications_like",
    "rank",
]
