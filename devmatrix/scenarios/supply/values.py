"""Valid values of every type, told apart by a number: the rows and bodies that need no solving."""

import datetime as dt
import json
import uuid
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from devmatrix.expressions.evaluation.limits import bound_value
from devmatrix.expressions.situations import NOMINAL_NOW
from devmatrix.ir.types import SAFE_INTEGER, Choice, ListOf, Many, Scalar, Type
from devmatrix.ir.validation import Constraint, Length, Pattern, Range
from devmatrix.scenarios.supply.solving import text_matching

NAMESPACE = uuid.UUID("5a3c1d0e-7b64-4f0b-9c55-0d3a8f2b6e11")
_NARROW = 8
_WIDE = 20_000
"""Fewer values than these are taken one by one, or from below zero on."""

_FIRST_DAY = dt.date(2021, 3, 4)
_FIRST_INSTANT = dt.datetime(2021, 3, 4, 5, 30, tzinfo=dt.UTC)


def valid_value(of: Type, constraints: tuple[Constraint, ...], number: int, *, relative: bool = False) -> Any:
    """The ``number``-th value that type and constraints let through; values of near numbers differ where they can.

    ``relative``: dates and datetimes stand around the nominal now. References are not values and give None.
    """
    match of:
        case Scalar():
            return _scalar(of, constraints, number, relative=relative)
        case Choice():
            return of.members[number % len(of.members)].name
        case ListOf():
            low, _ = length_bounds(of, constraints)
            return tuple(valid_value(of.item, (), number + index, relative=relative) for index in range(max(low, 2)))
        case _:
            return None


def length_bounds(of: Type, constraints: tuple[Constraint, ...]) -> tuple[int, int]:
    """The tightest bounds of a text's or a list's length."""
    low, high = 0, 10_000
    if isinstance(of, Scalar):
        low, high = of.min_length or 0, of.max_length if of.max_length is not None else 10_000
    elif isinstance(of, ListOf | Many):
        high = of.max_items if of.max_items is not None else 1_000
    for item in constraints:
        if isinstance(item, Length):
            low = max(low, item.minimum)
            high = high if item.maximum is None else min(high, item.maximum)
    return low, high


def number_bounds(of: Scalar, constraints: tuple[Constraint, ...]) -> tuple[Any, Any]:
    """The least and the greatest number or time that is let through, None where nothing bounds it."""
    low, high = _type_bounds(of)
    step = step_of(of)
    sample = _sample(of)
    for item in constraints:
        if not isinstance(item, Range):
            continue
        if item.minimum is not None:
            least = _at_least(of, bound_value(item.minimum, sample), step, excluded=item.minimum_open)
            low = least if low is None else max(low, least)
        if item.maximum is not None:
            most = _at_most(of, bound_value(item.maximum, sample), step, excluded=item.maximum_open)
            high = most if high is None else min(high, most)
    return low, high


def step_of(of: Scalar) -> Any:
    """The distance between two neighbours."""
    match of.name:
        case "decimal":
            return Decimal(1).scaleb(-(of.scale or 0))
        case "date":
            return dt.timedelta(days=1)
        case "datetime":
            return dt.timedelta(seconds=1)
        case _:
            return 1


def _type_bounds(of: Scalar) -> tuple[Any, Any]:
    if of.name == "integer":
        low = -SAFE_INTEGER if of.minimum is None else of.minimum
        return low, SAFE_INTEGER if of.maximum is None else of.maximum
    if of.name == "decimal":
        most = Decimal(10) ** ((of.precision or 20) - (of.scale or 0)) - step_of(of)
        return -most, most
    return None, None


def _sample(of: Scalar) -> Any:
    if of.name == "date":
        return _FIRST_DAY
    return _FIRST_INSTANT if of.name == "datetime" else 0


def _at_least(of: Scalar, bound: Any, step: Any, *, excluded: bool) -> Any:
    if of.name in ("date", "datetime"):
        return bound + step if excluded else bound
    least = (bound / step).to_integral_value(rounding=ROUND_CEILING) * step
    least = least + step if excluded and least == bound else least
    return int(least) if of.name == "integer" else least.quantize(step)


def _at_most(of: Scalar, bound: Any, step: Any, *, excluded: bool) -> Any:
    if of.name in ("date", "datetime"):
        return bound - step if excluded else bound
    most = (bound / step).to_integral_value(rounding=ROUND_FLOOR) * step
    most = most - step if excluded and most == bound else most
    return int(most) if of.name == "integer" else most.quantize(step)


def _scalar(of: Scalar, constraints: tuple[Constraint, ...], number: int, *, relative: bool) -> Any:
    match of.name:
        case "boolean":
            return number % 2 == 1
        case "integer" | "decimal":
            return _number(of, constraints, number)
        case "date" | "datetime":
            return _time(of, constraints, number, relative=relative)
        case "uuid":
            return str(uuid.uuid5(NAMESPACE, f"value {number}"))
        case "json":
            return json.dumps({"number": number}, sort_keys=True)
        case _:
            return text_value(of, constraints, number)


def _number(of: Scalar, constraints: tuple[Constraint, ...], number: int) -> Any:
    low, high = number_bounds(of, constraints)
    step = step_of(of)
    start = max(low, min(high, type(low)(0)))
    if (high - start) / step < _NARROW:
        start = low
    count = int((high - start) / step) + 1
    jump = number + 1 if count < _WIDE else (number + 1) * (7 if of.name == "integer" else 137)
    return start + type(low)(jump % max(count, 1)) * step


def _time(of: Scalar, constraints: tuple[Constraint, ...], number: int, *, relative: bool) -> Any:
    low, high = number_bounds(of, constraints)
    first: Any = NOMINAL_NOW + dt.timedelta(minutes=30) if relative else _FIRST_INSTANT
    if of.name == "date":
        first = NOMINAL_NOW.date() if relative else _FIRST_DAY
    value = first + dt.timedelta(days=number + 1)
    try:
        if low is not None and value < low:
            value = low + dt.timedelta(days=number)
        if high is not None and value > high:
            value = high - dt.timedelta(days=number)
    except OverflowError:
        return high if low is None else low
    return low if low is not None and value < low else value


def text_value(of: Scalar, constraints: tuple[Constraint, ...], number: int) -> str:
    """A text of the sort, of a middling length, that keeps every pattern."""
    low, high = length_bounds(of, constraints)
    patterns = [item.regex for item in constraints if isinstance(item, Pattern)]
    if patterns:
        found = text_matching(patterns[0], low, min(high, max(low, 100)), number)
        return "" if found is None else found
    return sized_text(of, min(max(low, len(_plain(of, number))), high), number)


def sized_text(of: Scalar, length: int, number: int) -> str:
    """A text of the sort with exactly so many code points (as near as the sort allows)."""
    plain = _plain(of, number)
    if len(plain) == length:
        return plain
    match of.name:
        case "email":
            return _sized_email(length, number)
        case "url":
            return plain + "a" * (length - len(plain)) if len(plain) < length else plain
        case "slug":
            return (plain + "a" * length)[:length] if length > len(plain) else f"a{number}"[:length]
        case _:
            return plain + "a" * (length - len(plain)) if len(plain) < length else _short(length, number)


def _plain(of: Scalar, number: int) -> str:
    match of.name:
        case "email":
            return f"word{number}@example.com"
        case "url":
            return f"https://example.com/word/{number}"
        case "slug":
            return f"word-{number}"
        case _:
            return f"Word {number}"


def _short(length: int, number: int) -> str:
    """A text that is told apart by its last code point alone."""
    return "" if length == 0 else "W" * (length - 1) + chr(0x4E00 + number % 20_000)


def _sized_email(length: int, number: int) -> str:
    local = f"word{number}"
    rest = length - len(local) - len("@example.com")
    if rest <= 0:
        return f"{local}@example.com"
    labels: list[str] = []
    while rest > 0:
        size = min(rest - 1, 60) if rest - min(rest - 1, 60) - 1 != 1 else min(rest - 1, 60) - 1
        labels.append("a" * size)
        rest -= size + 1
    return f"{local}@{'.'.join(labels)}.example.com"
