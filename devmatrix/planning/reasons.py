"""Why a pattern was chosen, and why others were not, as data that stays with the binding."""

from typing import Literal

from devmatrix.artifacts.plan import Reason
from patternbank.retrieval import Candidate, Ranking

ReasonKind = Literal["capability", "stack", "status", "predicate", "structure", "text", "alignment", "setting"]
_LEGS: dict[str, ReasonKind] = {
    "capability": "capability",
    "structure": "structure",
    "alignment": "alignment",
    "text": "text",
}
_CONDITIONS: dict[str, ReasonKind] = {"provides": "capability", "is": "status", "runs": "stack"}


def reasons_of(candidate: Candidate) -> tuple[Reason, ...]:
    """The conditions that were met, then the legs of the ranking with their scores."""
    legs = dict(candidate.legs)
    scored = tuple(
        Reason(kind=_LEGS.get(leg, "predicate"), text=f"likeness by {leg}", score=score) for leg, score in legs.items()
    )
    met = tuple(text for text in candidate.reasons if text.split(" ")[0] not in legs)
    return (*(Reason(kind=_kind(text), text=text) for text in met), *scored)


def passed_over(ranking: Ranking) -> tuple[str, ...]:
    """The other candidates with their scores, then those that do not fit and why."""
    others = tuple(f"{other.pattern}: scores {other.score:.2f}" for other in ranking.candidates[1:])
    return (*others, *(f"{rejection.pattern}: {rejection.reason}" for rejection in ranking.rejected))


def _kind(text: str) -> ReasonKind:
    if text.startswith("the setting "):
        return "setting"
    return _CONDITIONS.get(text.split(" ")[0], "predicate")
