"""The smallest part that still does it is found, within what it may cost."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from devmatrix.repair.minimising import minimise

ENOUGH = 10_000


@st.composite
def cases(draw: st.DrawFn) -> tuple[tuple[int, ...], frozenset[frozenset[int]]]:
    """Some items, and the sets of them of which any one does it."""
    items = tuple(range(draw(st.integers(1, 12))))
    wanted = draw(st.sets(st.frozensets(st.sampled_from(items), min_size=1, max_size=4), min_size=1, max_size=3))
    return items, frozenset(wanted)


@given(cases())
def test_what_is_left_does_it_and_nothing_of_it_can_go(case: tuple[tuple[int, ...], frozenset[frozenset[int]]]) -> None:
    """With as many questions as it takes, no single item can be left out; the order is kept."""
    items, wanted = case

    def does(part: Sequence[int]) -> bool:
        return any(one <= set(part) for one in wanted)

    found = minimise(items, does, ENOUGH)
    assert does(found)
    assert list(found) == sorted(found)
    assert not any(does([item for item in found if item != left]) for left in found)


@given(cases(), st.integers(0, 8))
def test_a_budget_is_kept(case: tuple[tuple[int, ...], frozenset[frozenset[int]]], budget: int) -> None:
    """No more is asked than was allowed, and what comes out does it all the same."""
    items, wanted = case
    asked = []

    def does(part: Sequence[int]) -> bool:
        asked.append(part)
        return any(one <= set(part) for one in wanted)

    found = minimise(items, does, budget)
    assert len(asked) <= budget
    assert does(found)


def test_one_of_many_is_found_in_few_questions() -> None:
    """Halving finds one of 64 in a dozen."""
    asked = []

    def does(part: Sequence[int]) -> bool:
        asked.append(part)
        return 37 in part

    assert minimise(tuple(range(64)), does) == (37,)
    assert len(asked) <= 12


def test_nothing_is_asked_of_one_item() -> None:
    """What does it already and is alone stays."""
    assert minimise((1,), lambda _: False) == (1,)
