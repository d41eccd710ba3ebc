"""Exact arithmetic of expressions: decimals without rounding, quotients of 20 places, integers that JSON keeps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Context as DecimalContext
from decimal import Decimal
from fractions import Fraction
from typing import Any

from devmatrix.ir.types import SAFE_INTEGER

QUOTIENT_PLACES = 20
_EXACT = DecimalContext(prec=4000)
_UNBOUNDED: ContextVar[bool] = ContextVar("unbounded", default=False)


class ComputationError(ArithmeticError):
    """A division by zero, or a result that no value can hold."""


def add(left: Any, right: Any) -> Any:
    """Sum of numbers, texts, or an instant and a duration."""
    return _guarded("+", left, right)


def subtract(left: Any, right: Any) -> Any:
    """Difference of numbers, instants, days or durations."""
    return _guarded("-", left, right)


def multiply(left: Any, right: Any) -> Any:
    """Product; exact for decimals."""
    return _guarded("*", left, right)


def divide(left: Any, right: Any) -> Any:
    """Integers divide towards zero; a quotient with a decimal has 20 places, half away from zero."""
    if right == 0:
        raise ComputationError("division by zero")
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return _kept(quotient if (left < 0) == (right < 0) else -quotient)
    return _rounded(Fraction(left) / Fraction(right), QUOTIENT_PLACES)


def remainder(left: Any, right: Any) -> Any:
    """What a division towards zero leaves; it has the sign of the left side."""
    if right == 0:
        raise ComputationError("division by zero")
    if isinstance(left, int) and isinstance(right, int):
        rest = abs(left) % abs(right)
        return rest if left >= 0 else -rest
    return _EXACT.remainder(Decimal(left), Decimal(right))


def negate(value: Any) -> Any:
    """The opposite of a number or duration."""
    return value.copy_negate() if isinstance(value, Decimal) and value else -value


def average(numbers: list[Any]) -> Any:
    """Mean of at least one number, with 20 places."""
    return _rounded(Fraction(sum(Fraction(number) for number in numbers), len(numbers)), QUOTIENT_PLACES)


def round_places(value: Decimal, places: int) -> Decimal:
    """The value with exactly so many places, half away from zero."""
    if value.as_tuple().exponent == -places:
        return value
    return _rounded(Fraction(value), places)


def _rounded(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    size = _ROUNDING.get()(abs(scaled))
    return Decimal(size if scaled >= 0 else -size).scaleb(-places, context=_EXACT)


def _half_away(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


_ROUNDING: ContextVar[Callable[[Fraction], int]] = ContextVar("rounding", default=_half_away)


@contextmanager
def rounded_by(whole: Callable[[Fraction], int]) -> Iterator[None]:
    """Every result rounded in another way: what would a mistake give? ``whole`` takes a number that is not negative."""
    token = _ROUNDING.set(whole)
    try:
        yield
    finally:
        _ROUNDING.reset(token)


def _guarded(operator: str, left: Any, right: Any) -> Any:
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _decimal(operator, Decimal(left), Decimal(right))
    try:
        result = left + right if operator == "+" else left - right if operator == "-" else left * right
    except OverflowError as error:
        raise ComputationError("no instant can hold this") from error
    return _kept(result) if isinstance(result, int) else result


def _decimal(operator: str, left: Decimal, right: Decimal) -> Decimal:
    match operator:
        case "+":
            return _EXACT.add(left, right)
        case "-":
            return _EXACT.subtract(left, right)
        case _:
            return _EXACT.multiply(left, right)


@contextmanager
def unbounded() -> Iterator[None]:
    """Integers of any size, for what is asked of stored rows: rules, and conditions of lists."""
    token = _UNBOUNDED.set(True)
    try:
        yield
    finally:
        _UNBOUNDED.reset(token)


def _kept(value: int) -> int:
    if abs(value) > SAFE_INTEGER and not _UNBOUNDED.get():
        raise ComputationError("an integer beyond what JSON keeps exact")
    return value
