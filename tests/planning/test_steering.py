"""What a build is told excludes versions and sets slots, is named where it had a say, and never leaves a gap."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devmatrix.artifacts.plan import Binding, Plan, Task
from devmatrix.artifacts.steering import NOTHING, Exclusion, Rewrite, SlotChoice, Steering
from devmatrix.planning import bind
from patternbank.bank import Bank
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from tests.patternbank.shelves import pattern
from tests.planning.test_planning import PLAN

TASK = next(task for task in PLAN.tasks if task.capability == "entity.model")
ONE = Plan(stack=(), tasks=(TASK,))


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    """Three versions of one pattern, and a variant beside it."""
    with open_bank(":memory:", shipped=False) as opened:
        versions = [pattern("a.model", version=f"1.{minor}.0", capability=TASK.capability) for minor in range(3)]
        opened.store.add([*versions, pattern("b.model", capability=TASK.capability)], Change(by="test", why="test"))
        yield opened


def bound(bank: Bank, steering: Steering, plan: Plan = ONE) -> Binding:
    """The binding of the first task."""
    bindings, findings = bind(plan, bank, steering)
    assert findings == ()
    return bindings[0]


def without(*references: str, lesson: str = "", why: str = "") -> Steering:
    """Versions that are not to be bound."""
    return Steering(exclusions=tuple(Exclusion(reference=one, lesson=lesson, why=why) for one in references))


def shown(binding: Binding) -> str:
    """The version that is bound."""
    return f"{binding.pattern}@{binding.version}"


def test_an_exclusion_binds_the_next(bank: Bank) -> None:
    """The version before, and when all are out, the variant."""
    assert shown(bound(bank, NOTHING)) == "a.model@1.2.0"
    assert shown(bound(bank, without("a.model@1.2.0"))) == "a.model@1.1.0"
    assert shown(bound(bank, without("a.model@1.2.0", "a.model@1.1.0"))) == "a.model@1.0.0"
    assert shown(bound(bank, without(*(f"a.model@1.{minor}.0" for minor in range(3))))) == "b.model@1.0.0"


def test_excluding_everything_has_no_say(bank: Bank) -> None:
    """An application is built as without lessons, and names none."""
    everything = without(*(entry.reference for entry in bank.entries()), lesson="l", why="because")
    assert bound(bank, everything) == bound(bank, NOTHING)


def test_an_exclusion_of_what_is_not_bound_has_no_say(bank: Bank) -> None:
    """It changes nothing, so it is not named."""
    assert bound(bank, without("b.model@1.0.0", lesson="l", why="because")) == bound(bank, NOTHING)


def test_every_lesson_that_had_a_say_is_named(bank: Bank) -> None:
    """The one against the best, and the one against what would have come then; the reasons say so first."""
    told = without("a.model@1.2.0", lesson="l1", why="first") | without("a.model@1.1.0", lesson="l2", why="second")
    found = bound(bank, told | without("b.model@1.0.0", lesson="l3", why="third"))
    assert found.lessons == ("l1", "l2")
    assert [(reason.kind, reason.text) for reason in found.reasons[:2]] == [("lesson", "first"), ("lesson", "second")]
    assert all(reason.kind != "lesson" for reason in found.reasons[2:])


def test_a_part_is_meant_for_its_task(bank: Bank) -> None:
    """Another capability or another IR node is none of its business."""
    cases: tuple[tuple[dict[str, str], bool], ...] = (
        ({"capability": TASK.capability, "node": TASK.node}, True),
        ({"capability": TASK.capability}, True),
        ({"node": TASK.node}, True),
        ({"capability": "other"}, False),
        ({"capability": TASK.capability, "node": "entity:Other"}, False),
    )
    for where, says in cases:
        told = Steering(exclusions=(Exclusion(reference="a.model@1.2.0", **where),))
        assert (shown(bound(bank, told)) != "a.model@1.2.0") is says


def test_slots_and_rewrites_are_those_of_the_version_that_is_bound(bank: Bank) -> None:
    """What is told of another version waits until that is bound."""
    slots = tuple(
        SlotChoice(reference=f"a.model@1.{minor}.0", slot="strict", value=str(minor), lesson=f"l{minor}", why="so")
        for minor in (1, 2)
    )
    rewrite = Rewrite(reference="a.model@1.1.0", fragment="x", find="a", put="b", lesson="l3")
    told = Steering(slots=slots, rewrites=(rewrite,))
    found = bound(bank, told)
    assert (found.slots, found.lessons, found.rewrites) == ((("strict", "2"),), ("l2",), ())
    other = bound(bank, told | without("a.model@1.2.0", lesson="l4"))
    assert (other.slots, other.lessons, other.rewrites) == ((("strict", "1"),), ("l1", "l3", "l4"), (rewrite,))


def test_what_is_advised_of_a_task_counts_like_what_is_told(bank: Bank) -> None:
    """It is asked of every task, and is part of no other one's."""
    asked: list[str] = []

    def advise(task: Task) -> Steering:
        asked.append(task.id)
        return without("a.model@1.2.0", lesson="l") if task.id == TASK.id else NOTHING

    other = TASK.model_copy(update={"id": "other"})
    bindings, _ = bind(Plan(stack=(), tasks=(TASK, other)), bank, NOTHING, advise)
    assert [(binding.version, binding.lessons) for binding in bindings] == [("1.1.0", ("l",)), ("1.2.0", ())]
    assert asked == [TASK.id, "other"]


def test_what_is_required_is_steered_too() -> None:
    """A task that a chosen pattern brings with it is one like any other."""
    with open_bank(":memory:", shipped=False) as bank:
        versions = [
            pattern("a.model", capability=TASK.capability, requires=["app.clock"]),
            *(pattern("app.clock", version=f"1.{minor}.0", capability="app.clock") for minor in range(2)),
        ]
        bank.store.add(versions, Change(by="test", why="test"))
        bindings, findings = bind(ONE, bank, without("app.clock@1.1.0", lesson="l"))
        assert findings == ()
        assert (shown(bindings[-1]), bindings[-1].lessons) == ("app.clock@1.0.0", ("l",))
