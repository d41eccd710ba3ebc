"""Draws are the same whenever they are made, and shared out evenly."""

from collections import Counter

from devmatrix.lab.planning import AT_ONCE, draw_cases, draw_pairs, draw_placebos, one_a_pattern
from tests.lab.records import fault

NAMES = ("a", "b", "c", "d")
REACHED = {f"f{number:02d}": NAMES for number in range(40)}


def test_the_same_seed_draws_the_same() -> None:
    """In whatever order faults come; another seed draws otherwise."""
    turned = dict(reversed(REACHED.items()))
    assert draw_cases(REACHED, 1) == draw_cases(turned, 1)
    assert draw_cases(REACHED, 1) != draw_cases(REACHED, 2)


def test_applications_are_shared_out_evenly() -> None:
    """Each fault once; each application as often as any other, with all others beside it."""
    draws = draw_cases(REACHED, 1)
    assert [draw.id for draw in draws] == sorted(REACHED)
    assert set(Counter(draw.application for draw in draws).values()) == {10}
    assert all(sorted((draw.application, *draw.others)) == list(NAMES) for draw in draws)


def test_only_what_is_reached_is_drawn() -> None:
    """A fault that reaches one application has no others, and one that reaches none has none."""
    draws = {draw.id: draw for draw in draw_cases({"one": ("a",), "none": (), "two": ("b", "c")}, 1)}
    assert (draws["one"].application, draws["one"].others) == ("a", ())
    assert (draws["none"].application, draws["none"].others) == ("", ())
    assert {draws["two"].application, *draws["two"].others} == {"b", "c"}


def test_pairs_meet_in_an_application_and_not_in_a_place() -> None:
    """Two faults in one file of a pattern cannot be told apart; one that shows nowhere is in no pair."""
    same = fault("w", file="x.py"), fault("x", file="x.py")
    faults = (*same, fault("y"), fault("z", pattern="q"))
    reached = {"w": ("a", "b"), "x": ("a", "b"), "y": ("b",), "z": ("b", "c")}
    pairs = draw_pairs(faults, reached, 100, 1)
    assert {draw.faults for draw in pairs} == {("w", "y"), ("w", "z"), ("x", "y"), ("x", "z"), ("y", "z")}
    assert {draw.application for draw in pairs} == {"b"}
    without = draw_pairs(faults, {name: reached[name] for name in "wxz"}, 100, 1)
    assert {draw.faults for draw in without} == {("w", "z"), ("x", "z")}


def test_no_more_pairs_are_drawn_than_wanted() -> None:
    """Each once, and the same with the same seed."""
    faults = [fault(f"f{number:02d}") for number in range(12)]
    reached = {one.name: NAMES for one in faults}
    pairs = draw_pairs(faults, reached, 20, 3)
    assert len({draw.id for draw in pairs}) == len(pairs) == 20
    assert pairs == draw_pairs(tuple(reversed(faults)), reached, 20, 3)


def test_a_placebo_is_the_lesson_of_another_fault() -> None:
    """Each is given once, and nobody gets his own; one alone gets none."""
    names = [f"f{number}" for number in range(9)]
    given = draw_placebos(names, 1)
    assert sorted(given) == sorted(given.values()) == names
    assert all(name != other for name, other in given.items())
    assert draw_placebos(names[:1], 1) == {}


def test_the_curve_has_one_fault_a_pattern_and_a_family() -> None:
    """Of those that reach every application and let it start; no more than the bank shall hold at once."""
    faults = [
        fault("a", "p", "one"),
        fault("b", "p", "two"),
        fault("c", "q", "one"),
        fault("d", "r", "three"),
        fault("e", "s", "four").model_copy(update={"cause": "START_FAILURE"}),
        fault("f", "t", "five"),
    ]
    reached = {one.name: NAMES for one in faults} | {"f": NAMES[:1]}
    assert [one.name for one in one_a_pattern(faults, reached, NAMES)] == ["a", "d"]
    many = [fault(f"f{number:02d}", f"p{number}", f"family {number}") for number in range(20)]
    assert len(one_a_pattern(many, {one.name: NAMES for one in many}, NAMES)) == AT_ONCE
