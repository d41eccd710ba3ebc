"""Exact arithmetic of which either side may be null: the result is null then."""

import datetime as dt
from decimal import Decimal
from typing import Any, overload

PRECISION = 4000
LARGEST = 9_007_199_254_740_991

Number = int | Decimal


def plus(left: Any, right: Any) -> Any:
    """Add two numbers, texts or durations, or a duration to a moment or day."""
    return None if left is None or right is None else left + right


def minus(left: Any, right: Any) -> Any:
    """Subtract; two days are a number of days apart."""
    if left is None or right is None:
        return None
    difference = left - right
    return difference.days if _is_day(left) and _is_day(right) else difference


def _is_day(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def times(left: Any, right: Any) -> Any:
    """Multiply two numbers."""
    return None if left is None or right is None else left * right


def negative(value: Any) -> Any:
    """Turn the sign."""
    return None if value is None else -value


@overload
def whole(value: int) -> int: ...
@overload
def whole(value: int | None) -> int | None: ...
def whole(value: int | None) -> int | None:
    """Take an integer that JSON keeps; there is no result beyond that."""
    if value is not None and abs(value) > LARGEST:
        raise OverflowError("an integer beyond what JSON keeps")
    return value
