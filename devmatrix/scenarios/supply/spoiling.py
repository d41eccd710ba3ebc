"""Values at and beyond the bounds of an input: for each rule some that break it and some that just do not."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from devmatrix.expressions.evaluation.constants import compiled_pattern
from devmatrix.ir.api import Input
from devmatrix.ir.domain import Field
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.ir.validation import Constraint, Length, Pattern
from devmatrix.scenarios.playing.requests import Sent
from devmatrix.scenarios.playing.staging import ABSENT_INTEGER
from devmatrix.scenarios.supply.salting import salt_value
from devmatrix.scenarios.supply.values import (
    NAMESPACE,
    length_bounds,
    number_bounds,
    sized_text,
    step_of,
    text_value,
    valid_value,
)

_MALFORMED: dict[str, tuple[Any, ...]] = {
    "email": ("nobody", "a@", "@example.com", "two words@example.com", "a@b@example.com", ""),
    "url": ("example.com", "ftp://example.com/a", "/relative", "https://", "http://a b", ""),
    "slug": ("Word", "two words", "-word", "word-", "two--words", ""),
    "uuid": ("no-uuid", "", "00000000-0000-4000-8000-00000000000g"),
    "date": ("2026-02-30", "2026-1-1", "20260101", "yesterday", "", "2026-01-01T00:00:00Z"),
    "datetime": (
        "2026-01-01T00:00:00",
        "2026-01-01",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00.1234567Z",
        "now",
        "",
    ),
}
_WRONG_TYPES: dict[str, tuple[Any, ...]] = {
    "text": (5, True, ["a"], {"a": "b"}, "a\x00b", "a\ud800b"),
    "integer": ("1", 1.5, 5.0, True, [1], {"a": 1}, 10**30),
    "decimal": ("abc", True, [1], {"a": 1}, "", " 1 ", "1_0", "1e1", "\u0661", "NaN", "Infinity"),
    "boolean": ("true", "yes", 1, 0, [True]),
    "date": (5, True, ["2026-01-01"]),
    "datetime": (5, True, ["2026-01-01T00:00:00Z"], 1767225600),
    "uuid": (5, True, ["00000000-0000-4000-8000-000000000000"]),
    "choice": (5, True, None),
    "list": ("a", 5, {"a": 1}),
}

_ODD_TEXT = " <b>\u00e9\U0001f600</b>\t%_'\"\\ "
"""What must come back as it went in: spaces at both ends, markup, signs that mean something to somebody."""

_WRITTEN_OUT = 200
"""Longest text that is made to match a pattern."""


@dataclass(frozen=True)
class Spoiling:
    """What to send for one rule of an input: ``broken`` values are refused, ``kept`` ones lie just inside."""

    broken: tuple[Any, ...]
    kept: tuple[Any, ...] = ()


def spoilings(item: Input, detail: str, number: int, key: Field | None = None) -> Spoiling:
    """Values for one rule; empty where the sort of input has none. ``key``: of the rows that a many list names."""
    if isinstance(item.type, Many) and key is not None and detail in _OF_MANY:
        return _OF_MANY[detail](item, key, number)
    try:
        return _RULES[detail](item, number) if detail in _RULES else Spoiling(())
    except OverflowError:
        return Spoiling(())  # nothing lies beyond the last day that there is


def _of_type(item: Input, _number: int) -> Spoiling:
    broken = tuple(Sent(value) for value in _wrong_types(item.type))
    if not isinstance(item.type, Scalar) or item.type.name != "text" or item.source != "body":
        return Spoiling(broken)
    low, high = length_bounds(item.type, item.constraints)
    fits = low <= len(_ODD_TEXT) <= high and not any(_breaks(rule, _ODD_TEXT) for rule in item.constraints)
    return Spoiling(broken, (_ODD_TEXT,) if fits else ())


def _wrong_types(of: Type) -> tuple[Any, ...]:
    match of:
        case Scalar(name="text" | "email" | "url" | "slug" | "password"):
            return _WRONG_TYPES["text"]
        case Scalar(name="json"):
            return ()
        case Scalar():
            return _WRONG_TYPES[of.name]
        case Choice():
            return tuple(value for value in _WRONG_TYPES["choice"] if value is not None)
        case Reference():
            return (True, [1], {"a": 1})
        case Many():
            return (*_WRONG_TYPES["list"], [True])
        case ListOf():
            inner = _wrong_types(of.item)
            return (*_WRONG_TYPES["list"], [None], *([value] for value in inner[:1]))


def _below(item: Input, _number: int) -> Spoiling:
    if not isinstance(item.type, Scalar):
        return Spoiling(())
    low, _ = number_bounds(item.type, item.constraints)
    return Spoiling(()) if low is None else Spoiling((low - step_of(item.type),), (low,))


def _above(item: Input, _number: int) -> Spoiling:
    if not isinstance(item.type, Scalar):
        return Spoiling(())
    _, high = number_bounds(item.type, item.constraints)
    return Spoiling(()) if high is None else Spoiling((high + step_of(item.type),), (high,))


def _too_short(item: Input, number: int) -> Spoiling:
    low, _ = length_bounds(item.type, item.constraints)
    if low == 0:
        return Spoiling(())
    return Spoiling((_of_length(item, low - 1, number),), _fitting(item, low, number))


def _too_long(item: Input, number: int) -> Spoiling:
    _, high = length_bounds(item.type, item.constraints)
    return Spoiling((_of_length(item, high + 1, number),), _fitting(item, high, number))


def _fitting(item: Input, length: int, number: int) -> tuple[Any, ...]:
    value = _of_length(item, length, number)
    if isinstance(value, str) and any(_breaks(constraint, value) for constraint in item.constraints):
        return ()
    return (value,)


def _of_length(item: Input, length: int, number: int) -> Any:
    if isinstance(item.type, ListOf):
        return tuple(valid_value(item.type.item, (), number + index) for index in range(length))
    if not isinstance(item.type, Scalar):
        return None
    patterned = [rule for rule in item.constraints if isinstance(rule, Pattern)]
    if patterned and length <= _WRITTEN_OUT:
        exact: tuple[Constraint, ...] = (*patterned, Length(id="exact", minimum=length, maximum=length))
        found = text_value(item.type, exact, number)
        if len(found) == length:
            return found
    return sized_text(item.type, length, number)


def _breaks(constraint: Any, value: str) -> bool:
    return isinstance(constraint, Pattern) and compiled_pattern(constraint.regex).search(value) is None


def _mismatched(item: Input, number: int) -> Spoiling:
    if not isinstance(item.type, Scalar):
        return Spoiling(())
    low, high = length_bounds(item.type, item.constraints)
    good = text_value(item.type, item.constraints, number)
    trials = (
        good + "\n",
        "!",
        "\u00e9" * max(low, 1),
        "0" * max(low, 1),
        "Zz " * max(low // 3 + 1, 2),
        "",
        "a",
        "_",
        "-" * 9,
        "a/b",
        "..",
    )
    rules = [rule for rule in item.constraints if isinstance(rule, Pattern)]
    broken = [
        text for text in dict.fromkeys(trials) if low <= len(text) <= high and any(_breaks(r, text) for r in rules)
    ]
    return Spoiling(tuple(broken[:3]), (good,))


def _no_member(item: Input, _number: int) -> Spoiling:
    of = item.type.item if isinstance(item.type, ListOf) else item.type
    if not isinstance(of, Choice):
        return Spoiling(())
    known = {member.wire for member in of.members}
    trials = [
        "",
        "no member",
        *(text for member in of.members[:1] for text in (member.wire.swapcase(), member.wire + " ")),
    ]
    broken = tuple(Sent(text) for text in trials if text not in known)
    if isinstance(item.type, ListOf):
        return Spoiling(tuple(Sent([sent.value]) for sent in broken))
    return Spoiling(broken, tuple(member.name for member in of.members))


def _too_many_places(item: Input, number: int) -> Spoiling:
    if not isinstance(item.type, Scalar):
        return Spoiling(())
    value = valid_value(item.type, item.constraints, number)
    finer = value + step_of(item.type) / Decimal(10)
    zeros = f"{value}{'' if (item.type.scale or 0) else '.'}000000000000000000000"
    return Spoiling((Sent(str(finer)), Sent(float(finer)), Sent(zeros)), (Sent(float(value)), Sent(str(value))))


def _malformed(item: Input, _number: int) -> Spoiling:
    of = item.type.item if isinstance(item.type, ListOf) else item.type
    name = "uuid" if isinstance(of, Reference | Many) else of.name if isinstance(of, Scalar) else ""
    texts = _MALFORMED.get(name, ())
    if isinstance(item.type, ListOf | Many):
        return Spoiling(tuple(Sent([text]) for text in texts))
    kept: tuple[Any, ...] = ()
    if name == "datetime":
        kept = (Sent("2026-01-01t01:00:00.123456+01:00".upper()),)
    if name == "date":
        kept = (dt.date(2028, 2, 29),)
    return Spoiling(tuple(Sent(text) for text in texts), kept)


def _too_many_items(item: Input, number: int) -> Spoiling:
    _, high = length_bounds(item.type, item.constraints)
    return Spoiling((_of_length(item, high + 1, number),), (_of_length(item, high, number),))


def _too_few_keys(item: Input, key: Field, number: int) -> Spoiling:
    low, _ = length_bounds(item.type, item.constraints)
    return _of_keys(key, low - 1, number) if low else Spoiling(())


def _too_many_keys(item: Input, key: Field, number: int) -> Spoiling:
    return _of_keys(key, length_bounds(item.type, item.constraints)[1] + 1, number)


def _key_twice(_item: Input, key: Field, number: int) -> Spoiling:
    return Spoiling(tuple(Sent([found, found]) for found in _absent_keys(key, 1, number)))


def _of_keys(key: Field, length: int, number: int) -> Spoiling:
    """A list of so many keys of nothing: any other length of such a list is refused too, for another reason."""
    keys = _absent_keys(key, length, number)
    return Spoiling((Sent(keys),) if len(keys) == length else ())


def _absent_keys(key: Field, length: int, number: int) -> list[Any]:
    """So many different keys that rows could have and none has; fewer where there are no more."""
    if not isinstance(key.type, Scalar) or key.type.name == "uuid":
        return [str(uuid.uuid5(NAMESPACE, f"item {index}")) for index in range(length)]
    if key.type.name == "integer" and not key.constraints:
        return [ABSENT_INTEGER - index for index in range(length)]
    plain = valid_value(key.type, key.constraints, number)
    salted = (salt_value(key.type, key.constraints, plain, place) for place in range(1, 2 * length + 1))
    return list(islice(dict.fromkeys(found for found in salted if found is not None), length))


_RULES: dict[str, Callable[[Input, int], Spoiling]] = {
    "type": _of_type,
    "minimum": _below,
    "maximum": _above,
    "min_length": _too_short,
    "max_length": _too_long,
    "pattern": _mismatched,
    "member": _no_member,
    "scale": _too_many_places,
    "format": _malformed,
    "items": _too_many_items,
}
_OF_MANY: dict[str, Callable[[Input, Field, int], Spoiling]] = {
    "min_length": _too_few_keys,
    "max_length": _too_many_keys,
    "items": _too_many_keys,
    "repeated": _key_twice,
}
