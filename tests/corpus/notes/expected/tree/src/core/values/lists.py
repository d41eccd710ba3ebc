"""Functions of lists, which skip what is null."""

from collections.abc import Callable, Iterable, Sized
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar, overload

from src.core.values.arithmetic import Number
from src.core.values.division import QUOTIENT_PLACES, nearest

Value = TypeVar("Value")


def exact_sum(numbers: Iterable[Number | None]) -> Decimal:
    """Add numbers; nothing adds up to zero."""
    return sum((Decimal(number) for number in numbers if number is not None), Decimal(0))


def whole_sum(numbers: Iterable[int | None]) -> int:
    """Add integers; nothing adds up to zero."""
    return sum(number for number in numbers if number is not None)


def average(numbers: Iterable[Number | None]) -> Decimal | None:
    """Give the mean to twenty places, half away from zero; none of nothing."""
    present = [Fraction(number) for number in numbers if number is not None]
    return nearest(sum(present, Fraction()) / len(present), QUOTIENT_PLACES) if present else None


def in_order(rows: Iterable[Value], *keys: str) -> list[Value]:
    """Sort rows by attributes, `-` in front of one for descending; members as declared, null last both ways."""
    found = list(rows)
    for key in reversed(keys):
        name = key.removeprefix("-")
        present = [row for row in found if getattr(row, name) is not None]
        present.sort(key=lambda row: _place(getattr(row, name)), reverse=key.startswith("-"))
        found = present + [row for row in found if getattr(row, name) is None]
    return found


def _place(value: Any) -> Any:
    return list(type(value)).index(value) if isinstance(value, Enum) else value


def least(values: Iterable[Value | None]) -> Value | None:
    """Give the least value of a list; none of nothing."""
    present: list[Any] = [value for value in values if value is not None]
    return min(present, default=None)


def greatest(values: Iterable[Value | None]) -> Value | None:
    """Give the greatest value of a list; none of nothing."""
    present: list[Any] = [value for value in values if value is not None]
    return max(present, default=None)


def least_of(*values: Value) -> Value:
    """Give the least of some values; null if any is."""
    return _chosen(min, values)


def greatest_of(*values: Value) -> Value:
    """Give the greatest of some values; null if any is."""
    return _chosen(max, values)


def _chosen(choose: Callable[[Any], Any], values: tuple[Value, ...]) -> Value:
    absent = [value for value in values if value is None]
    chosen: Value = absent[0] if absent else choose(values)
    return chosen


@overload
def length(value: Sized) -> int: ...
@overload
def length(value: Sized | None) -> int | None: ...
def length(value: Sized | None) -> int | None:
    """Count the characters of a text or the items of a list."""
    return None if value is None else len(value)
