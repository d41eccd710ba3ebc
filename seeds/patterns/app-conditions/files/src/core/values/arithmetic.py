"""Exact arithmetic: no value passes through a binary fraction, and null stays null."""

import datetime as dt
from decimal import Decimal
from typing import Any, overload

PRECISION = 4000

Number = int | Decimal


@overload
def plus(left: int | None, right: int | None) -> int | None: ...
@overload
def plus(left: Number | None, right: Number | None) -> Decimal | None: ...
@overload
def plus(left: str | None, right: str | None) -> str | None: ...
@overload
def plus(left: dt.timedelta | None, right: dt.timedelta | None) -> dt.timedelta | None: ...
@overload
def plus(left: dt.datetime | None, right: dt.timedelta | None) -> dt.datetime | None: ...
@overload
def plus(left: dt.timedelta | None, right: dt.datetime | None) -> dt.datetime | None: ...
@overload
def plus(left: dt.date | None, right: dt.timedelta | None) -> dt.date | None: ...
def plus(left: Any, right: Any) -> Any:
    """Add two numbers, texts or durations, or a duration to a moment or day."""
    return None if left is None or right is None else left + right


@overload
def minus(left: int | None, right: int | None) -> int | None: ...
@overload
def minus(left: Number | None, right: Number | None) -> Decimal | None: ...
@overload
def minus(left: dt.timedelta | None, right: dt.timedelta | None) -> dt.timedelta | None: ...
@overload
def minus(left: dt.datetime | None, right: dt.timedelta | None) -> dt.datetime | None: ...
@overload
def minus(left: dt.datetime | None, right: dt.datetime | None) -> dt.timedelta | None: ...
@overload
def minus(left: dt.date | None, right: dt.timedelta | None) -> dt.date | None: ...
@overload
def minus(left: dt.date | None, right: dt.date | None) -> int | None: ...
def minus(left: Any, right: Any) -> Any:
    """Subtract; two days are a number of days apart."""
    if left is None or right is None:
        return None
    difference = left - right
    return difference.days if _is_day(left) and _is_day(right) else difference


def _is_day(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


@overload
def times(left: int | None, right: int | None) -> int | None: ...
@overload
def times(left: Number | None, right: Number | None) -> Decimal | None: ...
def times(left: Number | None, right: Number | None) -> Number | None:
    """Multiply."""
    return None if left is None or right is None else left * right


@overload
def negative(value: int | None) -> int | None: ...
@overload
def negative(value: Decimal | None) -> Decimal | None: ...
@overload
def negative(value: dt.timedelta | None) -> dt.timedelta | None: ...
def negative(value: Any) -> Any:
    """Turn the sign."""
    return None if value is None else -value
