"""Shares are counted over the right cases, with the interval of Wilson, and held to what is promised."""

import pytest

from devmatrix.lab.measuring import Promise, by_family, measure, measures, wilson
from devmatrix.lab.results import Measure
from tests.lab.records import case, generation


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.277533),
        (5, 10, 0.236593, 0.763407),
        (10, 10, 0.722467, 1.0),
        (95, 100, 0.888250, 0.978457),
        (1, 1, 0.206549, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_that_of_wilson(hits: int, total: int, low: float, high: float) -> None:
    """Known values, to six digits; nothing is known where nothing was counted."""
    assert wilson(hits, total) == pytest.approx((low, high), abs=1e-6)


def test_the_interval_holds_the_share_and_narrows() -> None:
    """More of the same is surer."""
    widths = []
    for total in (4, 40, 400):
        low, high = wilson(total // 4, total)
        assert 0 <= low < 0.25 < high <= 1
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(
    ("promise", "share", "kept", "text"),
    [
        (Promise(0.95), 0.95, True, ">= 95%"),
        (Promise(0.95), 0.94, False, ">= 95%"),
        (Promise(most=0.05), 0.05, True, "<= 5%"),
        (Promise(most=0.05), 0.06, False, "<= 5%"),
        (Promise(), 0.0, True, ""),
    ],
)
def test_a_promise_is_a_bound(promise: Promise, share: float, kept: bool, text: str) -> None:
    """The bound itself keeps it."""
    assert (promise.kept(share), promise.text) == (kept, text)


def test_nothing_counted_breaks_no_promise() -> None:
    """It is said to be of none."""
    found = measure("m", [], Promise(1.0))
    assert (found.total, found.share, found.kept) == (0, 0.0, True)


def named(*cases: object, **more: object) -> dict[str, Measure]:
    """The measures of cases by name."""
    return {one.name: one for one in measures(cases, **more)}  # type: ignore[arg-type]


def test_what_is_not_reached_counts_nowhere() -> None:
    """Each measure is of the cases that it can be asked of."""
    cases = case("a"), case("b", detected=False, repaired=False, cause_right=False), case("c", reached=False)
    found = named(*cases)
    assert (found["detection"].hits, found["detection"].total) == (1, 2)
    assert (found["cause right"].hits, found["cause right"].total) == (1, 1)
    assert (found["repair proved"].hits, found["repair proved"].total) == (1, 2)


def test_what_teaches_nothing_is_not_asked_what_it_taught() -> None:
    """A fault in the seeds has no lesson."""
    found = named(case("a"), case("b", teachable=False, learnt=False))
    assert (found["lesson became active"].hits, found["lesson became active"].total) == (1, 1)


def test_a_case_that_ended_in_an_exception_counts_against_all() -> None:
    """It is neither valid nor detected nor repaired."""
    broken = case("a", problem="ValueError", detected=False, repaired=False, cause_right=False, learnt=False)
    found = named(broken)
    for name in ("valid: the application starts", "detection", "cause right", "repair proved", "lesson became active"):
        assert (found[name].hits, found[name].total) == (0, 1), name
    assert not found["detection"].kept


def test_recurrence_is_counted_by_arm_and_application() -> None:
    """Red in the next generation, in the same and in others."""
    generations = (
        generation("memory", 0),
        generation("memory", 1, same=False),
        generation("no memory", 3),
        generation("no memory", 0, same=False),
        generation("placebo", 2),
    )
    found = named(case("a", generations=generations))
    shares = {
        name: found[name].share
        for name in found
        if name.startswith("recurs")
    }  # fmt: skip
    assert shares == {
        "recurs, same application": 0.0,
        "recurs, other applications": 1.0,
        "recurs without memory, same": 1.0,
        "recurs without memory, other": 0.0,
        "recurs with a placebo": 1.0,
    }
    assert not found["recurs, other applications"].kept


def test_any_harm_is_too_much() -> None:
    """A sound application that is built otherwise, or a scenario that turned red."""
    for harmed in (case("b", harmed=("one",)), case("b", generations=(generation("memory", 0, worse=1),))):
        found = named(case("a"), harmed)["harm"]
        assert (found.hits, found.total, found.kept) == (1, 2, False)
    assert named(case("a"))["harm"].kept


def test_pairs_are_measured_apart() -> None:
    """They count in no other share."""
    found = named(case("a"), pairs=[case("p", repaired=False), case("q"), case("r", reached=False)])
    assert (found["pairs repaired"].hits, found["pairs repaired"].total) == (1, 2)
    assert found["detection"].total == 1
    assert "pairs repaired" not in named(case("a"))


def test_families_are_measured_each_for_itself() -> None:
    """Sorted by name; a case of two families counts in both."""
    cases = [case("a", families=("x",)), case("b", families=("a", "x"), detected=False)]
    found = dict(by_family(cases))
    assert list(found) == ["a", "x"]
    detection = {family: next(m for m in group if m.name == "detection") for family, group in found.items()}
    assert [(one.hits, one.total) for one in detection.values()] == [(0, 1), (1, 2)]
