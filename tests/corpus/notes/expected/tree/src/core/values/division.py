"""Quotients and rounding: towards zero for integers, half away from zero for decimals."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, overload

from src.core.values.arithmetic import Number

QUOTIENT_PLACES = 20


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
def remainder(left: Number | None, right: Number | None) -> Any: ...
def remainder(left: Number | None, right: Number | None) -> Any:
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


def rounded_or_none(value: Number | None, places: int) -> Decimal | None:
    """Round half away from zero to a field's places."""
    return None if value is None else rounded(value, places)


def rounded(value: Number, places: int) -> Decimal:
    """Round half away from zero to a field's places."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return exact.copy_abs() if exact == 0 else exact
