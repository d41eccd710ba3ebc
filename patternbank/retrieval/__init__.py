"""Find the pattern that fits: hard conditions first, then likeness, then an exact judge, with reasons."""

from patternbank.retrieval.query import Candidate, Query, Ranking, Rejection
from patternbank.retrieval.rank import rank

__all__ = ["Candidate", "Query", "Ranking", "Rejection", "rank"]
