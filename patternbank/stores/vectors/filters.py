"""Conditions as filters that Qdrant applies while it searches."""

from qdrant_client import models

from patternbank.indexing.ports import Kind
from patternbank.ports import Conditions

KEYWORDS = ("kind", "reference", "digest", "capability", "status", "stack")
NUMBERS = ("least",)


def filter_of(kind: Kind, conditions: Conditions) -> models.Filter:
    """Give the filter for things of a kind under conditions.

    There is no "is a subset of": what the stack asks is said as "no part of the version is another than these", for a
    match with ``except`` holds when some value of the list is none of those given.
    """
    must: list[models.Condition] = [_equals("kind", kind)]
    must_not: list[models.Condition] = []
    if conditions.capability:
        must.append(_equals("capability", conditions.capability))
    if conditions.statuses:
        states = [status.value for status in conditions.statuses]
        must.append(models.FieldCondition(key="status", match=models.MatchAny(any=states)))
    if conditions.min_score:
        must.append(models.FieldCondition(key="least", range=models.Range(gte=conditions.min_score)))
    if conditions.stack:
        others = models.MatchExcept.model_validate({"except": list(conditions.stack)})
        must_not.append(models.FieldCondition(key="stack", match=others))
    return models.Filter(must=must, must_not=must_not or None)


def _equals(key: str, value: str) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))
