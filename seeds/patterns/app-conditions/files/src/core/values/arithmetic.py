"""Exact arithmetic: no value passes through a binary fraction, and null stays null."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, overload

PRECISION = 4000
QUOTIENT_PLACES = 20

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


@overload
def whole_quotient(left: int, right: int) -> int: ...
@overload
def whole_quotient(left: int | None, right: int | None) -> int | None: ...
def whole_quotient(left: int | None, right: int | None) -> int | None:
    """Divide integers towards zero."""
    if left is None or right is None:
        return None
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


@overload
def remainder(left: int, right: int) -> int: ...
@overload
def remainder(left: int | None, right: int | None) -> int | None: ...
@overload
def remainder(left: Number, right: Number) -> Decimal: ...
@overload
def remainder(left: Number | None, right: Number | None) -> Decimal | None: ...
def remainder(left: Number | None, right: Number | None) -> Number | None:
    """Give what a division towards zero leaves; it has the sign of the left side."""
    if left is None or right is None:
        return None
    if isinstance(left, int) and isinstance(right, int):
        rest = abs(left) % abs(right)
        return rest if left >= 0 else -rest
    return Decimal(left) % Decimal(right)


@overload
def quotient(left: Number, right: Number) -> Decimal: ...
@overload
def quotient(left: Number | None, right: Number | None) -> Decimal | None: ...
def quotient(left: Number | None, right: Number | None) -> Decimal | None:
    """Divide to twenty places, half away from zero."""
    if left is None or right is None:
        return None
    return nearest(Fraction(left) / Fraction(right), QUOTIENT_PLACES)


def nearest(value: Fraction, places: int) -> Decimal:
    """Give the decimal of so many places that is nearest, half away from zero."""
    scaled = abs(value) * 10**places
    size = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-size if value < 0 else size).scaleb(-places)


@overload
def rounded_or_none(value: None, places: int) -> None: ...
@overload
def rounded_or_none(value: Number | None, places: int) -> Decimal | None: ...
def rounded_or_none(value: Number | None, places: int) -> Decimal | None:
    """Round half away from zero to a field's places."""
    return None if value is None else rounded(value, places)


def rounded(value: Number, places: int) -> Decimal:
    """Round half away from zero to a field's places."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return exact.copy_abs() if exact == 0 else exact
