"""What counts as the same answer."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from devmatrix.artifacts.terms import Anything, Captured, Given, Instant, Items, Later, Near, Record
from devmatrix.runtime.smoke.matching import differences, equal
from devmatrix.runtime.smoke.moment import Moment, Unresolved

NOW = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


def moment(**captured: Any) -> Moment:
    return Moment(now=NOW, captured=captured)


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (1, 1, True),
        (1, True, False),
        (0, False, False),
        (None, 0, False),
        (None, None, True),
        ("1.50", "1.50", True),
        ("1.50", "1.5", False),
        ("1", 1, False),
        (1, Decimal("1.0"), False),
        (1.5, Decimal("1.50"), True),
        (0.1, Decimal("0.1000000000000000055"), False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ([1, 2], [2, 1], False),
    ],
)
def test_values_are_compared_exactly(expected: Any, actual: Any, *, same: bool) -> None:
    """Numbers by value, types strictly, order of keys never, order of items always."""
    assert equal(expected, actual) is same
    assert bool(differences(Given(value=expected), actual, moment())) is not same


def test_places_are_named() -> None:
    """Each difference says where it is."""
    term = Record(members=(("a", Given(value=1)), ("b", Given(value={"c": [1, 2]})), ("d", Given(value=1))))
    found = differences(term, {"a": 2, "b": {"c": [1, 3]}, "e": 1}, moment())
    assert [difference.place for difference in found] == ["/a", "/b/c/1", "/d", "/e"]


def test_an_open_record_bears_more() -> None:
    """Members that are not named are let through only where the record says so."""
    term = Record(members=(("a", Given(value=1)),), exact=False)
    assert differences(term, {"a": 1, "b": 2}, moment()) == []


def test_order_counts_only_where_it_is_asked_for() -> None:
    """An unordered list matches each item once."""
    items = (Given(value=1), Given(value=2), Given(value=2))
    assert differences(Items(items=items, ordered=False), [2, 1, 2], moment()) == []
    assert differences(Items(items=items, ordered=False), [2, 1, 1], moment()) != []
    assert differences(Items(items=items), [2, 1, 2], moment()) != []


def test_instants_are_relative_to_the_start() -> None:
    """A time is the same whatever digits it is written with; text that is no time is not."""
    term = Instant(type="datetime", microseconds=1_500_000)
    assert differences(term, "2026-03-01T12:00:01.500000Z", moment()) == []
    assert differences(term, "2026-03-01T12:00:01.5Z", moment()) == []
    assert differences(term, "2026-03-01T12:00:01Z", moment()) != []
    assert differences(term, "2026-03-01 12:00:01.5Z", moment()) != []
    assert differences(Instant(type="date", days=1), "2026-03-02", moment()) == []


def test_near_and_later_ask_the_clock_and_the_capture() -> None:
    """Near is a minute around now; later is strictly after what was captured."""
    assert differences(Near(), dt.datetime.now(dt.UTC).isoformat(), moment()) == []
    assert differences(Near(), "2020-01-01T00:00:00Z", moment()) != []
    before = moment(seen="2026-03-01T12:00:00Z")
    assert differences(Later(name="seen"), "2026-03-01T12:00:00.000001Z", before) == []
    assert differences(Later(name="seen"), "2026-03-01T12:00:00Z", before) != []


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("uuid", "00000000-0000-0000-0000-000000000001", "1"),
        ("integer", 1, True),
        ("datetime", "2026-03-01T12:00:00Z", "2026-03-01"),
        ("text", "", None),
    ],
)
def test_anything_still_has_a_type(kind: Any, good: Any, bad: Any) -> None:
    """Any value of a type is no value of another."""
    assert differences(Anything(type=kind), good, moment()) == []
    assert differences(Anything(type=kind), bad, moment()) != []


def test_what_was_never_captured_cannot_be_compared() -> None:
    """A missing capture is said, not guessed."""
    with pytest.raises(Unresolved):
        differences(Captured(name="id"), "x", moment())
