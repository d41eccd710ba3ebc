"""How well a kind of scenario and a cause fit what a capability is there for."""

from collections.abc import Mapping
from functools import lru_cache

from devmatrix.artifacts.diagnosis import Cause
from devmatrix.artifacts.scenarios import ScenarioKind

UNFIT = 0.3
"""What is left of the weight of a capability that nothing speaks for."""

Fitting = Mapping[str, float]

_INPUTS: Fitting = {"entity.schemas": 1.0, "app.types": 0.9, "app.routing": 0.7, "app.errors": 0.6, "operation": 0.5}
_ROWS: Fitting = {
    "operation": 1.0, "app.routing": 0.8, "app.conditions": 0.8, "app.repositories": 0.8, "entity.repository": 0.8,
    "app.errors": 0.7,
}  # fmt: skip
_TABLES: Fitting = {
    "app.migration": 1.0, "app.constraints": 0.9, "app.conditions": 0.8, "entity.model": 0.8, "app.deletion": 0.8,
    "operation": 0.8, "app.errors": 0.6,
}  # fmt: skip
_EFFECTS: Fitting = {
    "operation": 1.0, "app.transactions": 0.8, "app.conditions": 0.7, "entity.service": 0.7, "app.database": 0.6,
    "entity.model": 0.5, "app.migration": 0.5,
}  # fmt: skip
_STATES: Fitting = {"operation": 1.0, "app.choices": 1.0, "app.conditions": 0.8, "entity.model": 0.6}
_LISTS: Fitting = {
    "operation.list": 1.0, "entity.repository": 0.9, "app.repositories": 0.9, "app.pagination": 0.9,
    "entity.schemas": 0.5, "app.routing": 0.5,
}  # fmt: skip
_RACES: Fitting = {
    "operation": 1.0, "app.repositories": 1.0, "entity.repository": 0.9, "app.transactions": 0.8,
    "app.conditions": 0.6, "app.database": 0.6,
}  # fmt: skip
_ANSWERS: Fitting = {"entity.schemas": 1.0, "app.types": 0.8, "operation": 0.8, "app.problems": 0.7, "app.errors": 0.7}

BY_KIND: Mapping[ScenarioKind, Fitting] = {
    "happy": _EFFECTS,
    "absent": _ROWS,
    "absent reference": _ROWS,
    "invalid input": _INPUTS,
    "order of refusals": _ROWS,
    "condition": _EFFECTS,
    "rule": _TABLES,
    "unique": _TABLES,
    "restrict": _TABLES,
    "state": _STATES,
    "effect": _EFFECTS,
    "ensure": _EFFECTS,
    "frame": _EFFECTS,
    "immutable": _INPUTS,
    "read-only": _INPUTS,
    "paging": _LISTS,
    "filter": _LISTS,
    "sort": _LISTS,
    "search": _LISTS,
    "race": _RACES,
    "growth": _LISTS,
}
BY_STAGE: Mapping[str, Fitting] = {
    "migrate": {"app.migration": 1.0, "app.migration-env": 0.8, "app.constraints": 0.7, "app.deletion": 0.7},
    "seed": {"app.seed-script": 1.0, "app.database": 0.6},
}
"""Where an application fell before anything was asked of it; of its start, only the traceback tells."""

BY_CAUSE: Mapping[Cause, Fitting] = {
    "START_FAILURE": {"app": 1.0, "entity": 0.8},
    "MISSING_PRECONDITION": {"app.seed": 1.0},
    "LOST_UPDATE": _RACES,
    "ACCESS_VIOLATION": {"app.security": 1.0, "app.routing": 0.8, "operation": 0.8},
    "UNEXPECTED_SIDE_EFFECT": _EFFECTS,
    "MISSING_SIDE_EFFECT": {**_EFFECTS, "app.deletion": 0.8},
    "QUERY_MISMATCH": _LISTS,
    "PERFORMANCE": _LISTS,
    "RESPONSE_MISMATCH": _ANSWERS,
}
"""A wrong status says nothing of its own: there the kind of scenario decides alone."""


ELSEWHERE = 0.85
"""What is left of the weight of a file in another room than the one that the symptom points to."""

ROOMS: tuple[tuple[str, tuple[Fitting, ...]], ...] = (
    ("src/services/", (_EFFECTS, _ROWS, _STATES)),
    ("src/repositories/", (_LISTS, _RACES)),
    ("src/models/schemas/", (_INPUTS, _ANSWERS)),
    ("alembic/", (_TABLES,)),
)
"""Where an application keeps what: folders, and what goes wrong where they are wrong."""

DOOR = "src/api/"


def room_of(path: str, kind: str, cause: Cause, *, passed_for_another: bool) -> float:
    """1 for a file in the folder that a symptom points to, ``ELSEWHERE`` for any other."""
    if passed_for_another:
        return 1.0 if path.startswith(DOOR) else ELSEWHERE
    told = _by_kind(kind) if cause == "WRONG_STATUS_CODE" else BY_CAUSE.get(cause)
    return 1.0 if any(path.startswith(folder) and told in tables for folder, tables in ROOMS) else ELSEWHERE


@lru_cache(maxsize=4096)
def affinity(kind: str, cause: Cause, capability: str) -> float:
    """From ``UNFIT`` to 1: the mean of what the kind and the cause say, of those that say anything."""
    tables = [table for table in (_by_kind(kind), BY_CAUSE.get(cause)) if table is not None]
    said = [_look_up(table, capability) for table in tables]
    return sum(said) / len(said) if said else UNFIT


def _by_kind(kind: str) -> Fitting | None:
    return next((table for name, table in (*BY_KIND.items(), *BY_STAGE.items()) if name == kind), None)


def _look_up(table: Fitting, capability: str) -> float:
    """What a table says of a capability: of the longest of its prefixes that stands there."""
    parts = capability.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in table:
            return table[prefix]
    return UNFIT
