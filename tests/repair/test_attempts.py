"""What is tried first is what is suspected most, and nothing is tried that changes nothing."""

from collections.abc import Iterator

import pytest

from devmatrix.artifacts.diagnosis import Suspect
from devmatrix.artifacts.plan import Binding
from devmatrix.repair.attempts import Attempt, attempts
from patternbank.bank import Bank
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from tests.patternbank.shelves import pattern

BOOLEAN = [{"name": "strict", "default": True}, {"name": "words", "default": "x"}]


@pytest.fixture
def bank() -> Iterator[Bank]:
    """One capability with two versions, one with another pattern and one alone, with slots."""
    with open_bank(":memory:", shipped=False) as opened:
        versions = (
            pattern("a.one", capability="a"),
            pattern("a.one", capability="a", version="1.1.0"),
            pattern("b.one", capability="b"),
            pattern("b.two", capability="b"),
            pattern("c.one", capability="c", slots=BOOLEAN),
        )
        opened.store.add(versions, Change(by="test", why="test"))
        yield opened


def binding(name: str, version: str = "1.0.0", lessons: tuple[str, ...] = ()) -> Binding:
    """A binding of a version to the task of its capability."""
    return Binding(
        task=f"{name}:x",
        capability=name[0],
        node="x",
        pattern=name,
        version=version,
        digest="d",
        score=1.0,
        lessons=lessons,
    )


def suspect(name: str, weight: float) -> Suspect:
    """A place in what a version rendered."""
    return Suspect(file="f.py", line=1, pattern=name, version="1.0.0", weight=weight)


def shown(found: Iterator[Attempt]) -> list[tuple[str, str]]:
    """Kind and version of each."""
    return [(one.kind, one.reference) for one in found]


def test_the_most_suspected_version_comes_first(bank: Bank) -> None:
    """The heaviest of several suspicions counts; without any the order is that of names."""
    bound = [binding("a.one"), binding("b.one"), binding("c.one")]
    suspects = [suspect("b.one", 0.2), suspect("c.one", 0.5), suspect("b.one", 0.9)]
    rebound = [("rebind", "b.one@1.0.0"), ("slot", "c.one@1.0.0"), ("rebind", "a.one@1.0.0")]
    assert shown(attempts(bound, suspects, bank)) == rebound
    assert shown(attempts(bound, [], bank)) == [rebound[2], rebound[0], rebound[1]]


def test_a_version_without_another_is_not_excluded(bank: Bank) -> None:
    """The only one that provides a capability stays bound."""
    assert shown(attempts([binding("c.one")], [], bank)) == [("slot", "c.one@1.0.0")]


def test_only_a_slot_with_two_values_is_turned_round(bank: Bank) -> None:
    """Nobody knows what else a text could be."""
    (attempt,) = attempts([binding("c.one")], [], bank)
    (choice,) = attempt.steering.slots
    assert (choice.slot, choice.value, choice.reference) == ("strict", "false", "c.one@1.0.0")


def test_lessons_that_had_a_say_are_doubted_before_anything_else(bank: Bank) -> None:
    """Each once, those on the most suspected versions first."""
    bound = [binding("a.one", lessons=("l1", "l2")), binding("b.one", lessons=("l3", "l1"))]
    found = list(attempts(bound, [suspect("b.one", 0.5)], bank))
    assert [one.steering.ignored for one in found[:3]] == [("l1",), ("l3",), ("l2",)]
    assert {one.kind for one in found[3:]} == {"rebind"}


def test_a_version_that_is_bound_often_is_tried_once(bank: Bank) -> None:
    """Two tasks of one version are one attempt."""
    twice = [binding("a.one"), binding("a.one").model_copy(update={"task": "a:y"})]
    assert shown(attempts(twice, [], bank)) == [("rebind", "a.one@1.0.0")]
