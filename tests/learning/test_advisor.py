"""A lesson speaks of every task that its predicate holds of, by structure, and of the version that it is about only."""

from collections.abc import Iterator

import pytest

from devmatrix.artifacts.plan import LabelledGraph, Plan, Task
from devmatrix.artifacts.steering import NOTHING, Steering
from devmatrix.learning.advisor import AntiPatternAdvisor, told_of
from devmatrix.planning import plan
from patternbank.bank import Bank
from patternbank.lessons.active import as_active
from patternbank.lessons.records import Advise, Avoid, Lesson, Require, RewriteCode
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from patternbank.patterns.fit import Fit
from tests.patternbank.shelves import pattern
from tests.patternbank.taught import lesson, record
from tests.properties.renaming import Naming, alike, unlike
from tests.properties.test_renaming import bank as shipped_bank
from tests.properties.test_renaming import generated, renamed
from tests.properties.test_signatures import SPEC

GRAPH = LabelledGraph(labels=("entity", "field"), edges=((0, "has", 1),))


def task(name: str = "t", capability: str = "a", **given: object) -> Task:
    """A task of a capability."""
    plain = {"id": name, "capability": capability, "node": f"node:{name}", "title": name, "graph": GRAPH}
    return Task.model_validate({**plain, **given})


@pytest.fixture
def bank() -> Iterator[Bank]:
    """A version that serves two capabilities, and one that serves one."""
    with open_bank(":memory:", shipped=False) as opened:
        both = pattern("a.one", capability="a", provides=["b"])
        opened.store.add([both, pattern("c.one", capability="c")], Change(by="test", why="test"))
        yield opened


def learnt(bank: Bank, against: str = "a.one@1.0.0", **given: object) -> Lesson:
    """A lesson about the very version that the bank holds."""
    name, _, version = against.partition("@")
    return lesson(against, **{"digest": bank.version(name, version).digest, "capability": "", **given})


def advised(bank: Bank, *tasks: Task, ignored: tuple[str, ...] = ()) -> Steering:
    """All that is told of some tasks."""
    advisor = AntiPatternAdvisor(bank, Plan(stack=(), tasks=tasks), ignored)
    for one in tasks:
        advisor.advise(one)
    return advisor.told


def test_each_action_is_told_in_its_own_way(bank: Bank) -> None:
    """Versions are excluded, slots set, fragments rewritten; words steer nothing, and are said."""
    actions = (
        Avoid(),
        Require(slot="s", value="1"),
        RewriteCode(fragment="f", find="a", put="b"),
        Advise(text="mind the gap"),
    )
    lessons = [learnt(bank, action=action) for action in actions]
    advisor = AntiPatternAdvisor(bank.taught(lessons), Plan(stack=(), tasks=(task(),)))
    told = advisor.advise(task())
    assert [part.reference for part in told.exclusions] == ["a.one@1.0.0"]
    assert [(part.slot, part.value) for part in told.slots] == [("s", "1")]
    assert [(part.fragment, part.find, part.put) for part in told.rewrites] == [("f", "a", "b")]
    assert told.lessons == {one.id for one in lessons[:3]}
    assert [(word.lesson, word.task, word.text) for word in advisor.words] == [(lessons[3].id, "t", "mind the gap")]
    assert {(part.capability, part.node) for part in (*told.exclusions, *told.slots)} == {("a", "node:t")}
    assert [part.why for part in told.exclusions] == [told_of(lessons[0])]


def test_a_lesson_about_other_contents_has_no_say(bank: Bank) -> None:
    """The same number with another digest is another version."""
    assert advised(bank.taught([learnt(bank)]), task()).exclusions
    assert advised(bank.taught([learnt(bank, digest="0" * 64)]), task()) == NOTHING
    assert advised(bank.taught([learnt(bank, "c.one@1.0.0")]), task()) == NOTHING


def test_a_lesson_is_meant_for_its_capability(bank: Bank) -> None:
    """Without one it is meant for all that the version provides."""
    tasks = task("t", "a"), task("u", "b"), task("v", "c")
    for capability, nodes in (("", ["node:t", "node:u"]), ("b", ["node:u"]), ("c", [])):
        told = advised(bank.taught([learnt(bank, capability=capability)]), *tasks)
        assert [part.node for part in told.exclusions] == nodes


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        (Fit(), True),
        (Fit(has=("field",)), True),
        (Fit(has=("relation",)), False),
        (Fit(lacks=("field",)), False),
        (Fit(edges=(("entity", "has", "field"),)), True),
        (Fit(has=("touches.one-row",)), True),
        (Fit(setting=(("paging", ("offset",)),)), True),
        (Fit(setting=(("paging", ("keyset",)),)), False),
        (Fit(has=("node:t",)), False),
        (Fit(has=("t",)), False),
    ],
)
def test_a_predicate_asks_for_structure(bank: Bank, when: Fit, holds: bool) -> None:
    """Kinds, edges, facts and settings count; ids, nodes and titles do not."""
    about = task(facts=("touches.one-row",), settings=(("paging", "offset"),))
    assert bool(advised(bank.taught([learnt(bank, when=when)]), about).exclusions) is holds


def test_lessons_that_say_the_same_are_said_once(bank: Bank) -> None:
    """The first by id of those that ask the same; another action is another lesson."""
    same = [
        learnt(bank),
        learnt(bank, capability="a"),
        learnt(bank, action=Avoid(instead="x"), when=Fit(has=("field",))),
    ]
    told = advised(bank.taught(same), task())
    assert len(told.exclusions) == 1
    other = learnt(bank, action=Require(slot="s", value="1"))
    assert advised(bank.taught([*same, other]), task()).lessons == {told.exclusions[0].lesson, other.id}


def test_only_active_lessons_have_a_say(bank: Bank) -> None:
    """A draft, a quarantined, a retired and an accepted one are not followed, nor is one that is to be ignored."""
    states = ("draft", "quarantined", "retired", "accepted", "active")
    digest = bank.version("a.one", "1.0.0").digest
    records = [
        record("a.one@1.0.0", state, digest=digest, capability="", action=Require(slot=state, value="1"))
        for state in states
    ]
    bank.store.keep_lessons(records)
    told = advised(bank, task())
    assert [part.slot for part in told.slots] == ["active"]
    assert advised(bank, task(), ignored=tuple(told.lessons)) == NOTHING
    assert advised(bank.untaught(), task()) == NOTHING


@pytest.mark.parametrize("part", ["lesson", "when"])
def test_a_lesson_of_a_later_release_is_left_out_and_named(
    bank: Bank, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be read is no reason for a build to end; the others are followed."""
    readable = learnt(bank)
    strange = as_active(readable)._replace(id="strange", **{part: '{"kind": "of another age"}'})
    monkeypatch.setattr(bank.store, "active_lessons", lambda _: (as_active(readable), strange))
    advisor = AntiPatternAdvisor(bank, Plan(stack=(), tasks=(task(),)))
    assert [one.lesson for one in advisor.advise(task()).exclusions] == [readable.id]
    assert advisor.unreadable == {"strange"}


def test_what_comes_later_is_advised_too(bank: Bank) -> None:
    """A task of a capability that the plan did not name is asked about when it comes."""
    advisor = AntiPatternAdvisor(bank.taught([learnt(bank)]), Plan(stack=(), tasks=()))
    assert advisor.advise(task("u", "b")).exclusions


@pytest.mark.parametrize("naming", [alike, unlike], ids=lambda naming: naming.__name__)
def test_renaming_changes_nothing_of_what_is_advised(naming: Naming) -> None:
    """The same lessons speak of the same tasks, in the same order, whatever these are called."""
    text = SPEC.read_text()
    before, (after, _) = generated(text), renamed(text, naming)
    bank = shipped_bank()
    whens = (Fit(), Fit(has=("effect.insert",)), Fit(lacks=("guard",)), Fit(count={"field": {"min": 3}}))
    lessons = [
        lesson(f"{one.pattern}@{one.version}", digest=one.digest, capability="", when=when)
        for one in {binding.pattern: binding for binding in before.bindings}.values()
        for when in whens
    ]
    made = [plan(built.application) for built in (before, after)]
    told = [advised(bank.taught(lessons), *one.tasks).exclusions for one in made]
    assert len(told[0]) > 20
    places = []
    for one, parts in zip(made, told, strict=True):
        nodes = [task.node for task in one.tasks]
        places.append([(part.lesson, part.capability, nodes.index(part.node)) for part in parts])
    assert places[0] == places[1]
