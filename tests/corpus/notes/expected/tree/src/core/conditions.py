"""The sentences of which services are made."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from src.core.errors import Cause, Refused, absent

Row = TypeVar("Row")
Value = TypeVar("Value")
State = TypeVar("State", bound=StrEnum)


def require(condition: bool, status: int, detail: str) -> None:
    """Refuse the request unless the condition holds."""
    if not condition:
        raise Refused(Cause.REFUSED, detail, status=status)


def ensure(condition: bool, detail: str, status: int) -> None:
    """Undo the request unless its outcome keeps the condition."""
    if not condition:
        raise Refused(Cause.BROKEN_PROMISE, detail, status=status)


def found(row: Row | None, name: str) -> Row:
    """Take a row that the path names."""
    if row is None:
        raise absent(name)
    return row


def referred(row: Row | None, detail: str, status: int) -> Row:
    """Take a row that the body names."""
    if row is None:
        raise Refused(Cause.REFERENCE_ABSENT, detail, status=status)
    return row


def referred_all(rows: Mapping[Any, Row], keys: Iterable[object], detail: str, status: int) -> list[Row]:
    """Take the rows that the body names, in the order in which it names them."""
    return [referred(rows.get(key), detail, status) for key in keys]


def present(value: Value | None, detail: str) -> Value:
    """Take a value for a field that is never null."""
    if value is None:
        raise Refused(Cause.OUT_OF_RANGE, detail)
    return value


def changed(field: str, edges: Mapping[State, frozenset[State]], old: State | None, new: State) -> State:
    """Take the new state if the state machine has an edge to it; staying is no change."""
    if old is not None and new != old and new not in edges[old]:
        raise Refused(Cause.FORBIDDEN_CHANGE, f"this change of {field.replace('_', ' ')} is not allowed")
    return new
