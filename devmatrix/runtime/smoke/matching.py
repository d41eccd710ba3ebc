"""Compares what came with what the model predicted, place by place."""

import datetime as dt
import json
import re
import uuid
from decimal import Decimal
from typing import Any

from devmatrix.artifacts.reports import Difference
from devmatrix.artifacts.terms import Anything, Given, Instant, Items, Later, Near, Record, Term
from devmatrix.runtime.smoke.moment import Moment, Unresolved

NEAR = dt.timedelta(minutes=1)
SHOWN = 500
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)")


def differences(term: Term, actual: Any, moment: Moment, place: str = "") -> list[Difference]:
    """Every place where ``actual`` is not what ``term`` says; ``actual`` was read with numbers kept exact."""
    match term:
        case Record():
            return _record(term, actual, moment, place)
        case Items():
            return _items(term, actual, moment, place)
        case Given():
            return [] if equal(term.value, actual) else _given(term.value, actual, place)
        case Anything():
            return [] if _is_a(term.type, actual) else [differ(place, f"any {term.type}", actual)]
        case Near():
            return [] if _near(actual, dt.datetime.now(dt.UTC)) else [differ(place, "a time close to now", actual)]
        case Later():
            return _later(term, actual, moment, place)
        case Instant(type="datetime"):
            expected = moment.instant(term)
            return [] if instant_of(actual) == expected else [differ(place, str(moment.resolve(term)), actual)]
        case _:
            return differences(Given(value=moment.resolve(term)), actual, moment, place)


def equal(expected: Any, actual: Any) -> bool:
    """Whether two JSON values are the same: numbers by value, a whole number never a fraction, order of keys aside."""
    if isinstance(expected, bool) or isinstance(actual, bool) or expected is None or actual is None:
        return expected is actual
    if isinstance(expected, int | float | Decimal) and isinstance(actual, int | float | Decimal):
        whole = not isinstance(expected, int) or isinstance(actual, int)
        return whole and _exact(expected) == _exact(actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(equal(item, actual[key]) for key, item in expected.items())
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(equal(*pair) for pair in zip(expected, actual, strict=True))
    return type(expected) is type(actual) and bool(expected == actual)


def instant_of(value: Any) -> dt.datetime | None:
    """The time that an RFC 3339 text with a zone names, else None."""
    if not isinstance(value, str) or not _DATETIME.fullmatch(value):
        return None
    try:
        return dt.datetime.fromisoformat(value)
    except ValueError:
        return None


def differ(place: str, expected: str, actual: Any) -> Difference:
    """A difference, both sides cut to a readable length."""
    return Difference(place=place or "/", expected=expected[:SHOWN], actual=show(actual))


def show(value: Any) -> str:
    """A value as short JSON."""
    text = json.dumps(value, ensure_ascii=False, default=str)[:SHOWN]
    return text.encode("utf-8", "backslashreplace").decode()


def _given(expected: Any, actual: Any, place: str) -> list[Difference]:
    """Where two fixed values differ: inside, if both are objects or lists of one length."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        names = sorted(expected.keys() | actual.keys())
        pairs = [(name, expected.get(name, _ABSENT), actual.get(name, _ABSENT)) for name in names]
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = [(str(index), *pair) for index, pair in enumerate(zip(expected, actual, strict=True))]
    else:
        return [differ(place, show(expected), actual)]
    return [
        found
        for name, left, right in pairs
        if not equal(left, right)
        for found in _given(left, right, f"{place}/{name}")
    ]


class _Absent:
    def __str__(self) -> str:
        return "absent"


_ABSENT = _Absent()


def _record(term: Record, actual: Any, moment: Moment, place: str) -> list[Difference]:
    if not isinstance(actual, dict):
        return [differ(place, "an object", actual)]
    found: list[Difference] = []
    for name, member in term.members:
        if name not in actual:
            found.append(differ(f"{place}/{name}", "to be there", _ABSENT))
        else:
            found += differences(member, actual[name], moment, f"{place}/{name}")
    known = {name for name, _ in term.members}
    if term.exact:
        found += [differ(f"{place}/{name}", "not to be there", actual[name]) for name in actual if name not in known]
    return found


def _items(term: Items, actual: Any, moment: Moment, place: str) -> list[Difference]:
    if not isinstance(actual, list):
        return [differ(place, "a list", actual)]
    if len(actual) != len(term.items):
        return [differ(place, f"{len(term.items)} items", actual)]
    if term.ordered:
        pairs = enumerate(zip(term.items, actual, strict=True))
        return [
            found for index, (item, value) in pairs for found in differences(item, value, moment, f"{place}/{index}")
        ]
    left = list(actual)
    missing: list[Difference] = []
    for index, item in enumerate(term.items):
        fitting = next((value for value in left if not differences(item, value, moment)), _ABSENT)
        if fitting is _ABSENT:
            missing.append(differ(f"{place}/{index}", f"some item like {item.model_dump_json()}", left))
        else:
            left.remove(fitting)
    return missing


def _later(term: Later, actual: Any, moment: Moment, place: str) -> list[Difference]:
    before = instant_of(moment.capture(term.name))
    if before is None:
        raise Unresolved(f"what was captured as {term.name!r} is no time")
    after = instant_of(actual)
    return [] if after is not None and after > before else [differ(place, f"later than {before.isoformat()}", actual)]


def _near(actual: Any, now: dt.datetime) -> bool:
    instant = instant_of(actual)
    return instant is not None and abs(instant - now) <= NEAR


def _is_a(kind: str, actual: Any) -> bool:
    if kind == "uuid":
        return isinstance(actual, str) and _is_uuid(actual)
    if kind == "integer":
        return isinstance(actual, int) and not isinstance(actual, bool)
    if kind == "datetime":
        return instant_of(actual) is not None
    return kind == "any" or isinstance(actual, str)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _exact(number: float | Decimal) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
