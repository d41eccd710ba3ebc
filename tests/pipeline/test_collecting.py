"""What is learnt is written step by step: killed anywhere and done again, it is the same; what harms never gets in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from devmatrix.artifacts.reports import LessonReport, Repair
from devmatrix.artifacts.steering import Exclusion, Rewrite, SlotChoice, Steering
from devmatrix.pipeline.collecting import FeedbackCollector
from devmatrix.pipeline.healing import Clinic, Healed, heal
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.repairing import Limits, Step, Upstream
from patternbank.bank import Bank
from patternbank.lessons.records import Avoid, LessonRecord
from patternbank.lifecycle import Change
from tests.fakes.asking import Rule, ScriptedNeighbour, ScriptedProver, red_with, red_without
from tests.patternbank.taught import lesson
from tests.pipeline.marked import AT, application, bank_with, built, ids, marked, red_step, suite, with_versions

SIX = ids(6)
FAULT = red_with("# fault", *SIX)
KEY = "IntegerKey = Annotated[int, Field(strict=True"


@pytest.fixture
def bank() -> Iterator[Bank]:
    """The shipped patterns with a faulty version."""
    with bank_with(app_types="fault") as opened:
        yield opened


def neighbour(*rules: Rule) -> ScriptedNeighbour:
    """The application as a neighbour."""
    return ScriptedNeighbour("near", application(), suite(), *rules)


def repaired(bank: Bank, rule: Rule = FAULT) -> tuple[Step, Step]:
    """A red application, and what a repair made of it."""
    prover = ScriptedProver(rule)
    start = red_step(bank, prover)
    return start, Upstream(bank, suite(), prover, Limits()).repair(start)


def learn(bank: Bank, steps: tuple[Step, Step], *rules: Rule) -> tuple[LessonReport, ...]:
    """What is written back of a repair."""
    return FeedbackCollector(bank, [neighbour(*(rules or (FAULT,)))], AT).learn(*steps)


def healed(bank: Bank, rule: Rule, *neighbours: ScriptedNeighbour) -> Healed:
    """A run of the application, healed if it is red."""
    made, prover = built(bank), ScriptedProver(rule)
    asked = prover.ask(made.tree, suite(), watch=True)
    return heal(made, asked, suite(), Clinic(bank, prover, neighbours, AT), Recorder())


def states(bank: Bank) -> dict[str, tuple[object, ...]]:
    """All that the bank knows of lessons, but for times."""
    return {
        record.lesson.id: (
            record.lesson,
            record.status,
            record.why,
            tuple(one.model_dump(exclude={"at"}) for one in bank.store.lesson_evidence(record.lesson.id)),
            [(one.kind, one.before, one.after) for one in bank.store.lesson_history(record.lesson.id)],
        )
        for record in bank.store.lessons()
    }


def test_a_proved_repair_becomes_an_active_lesson(bank: Bank) -> None:
    """It was a draft until its replay, its evidence is kept, and the next build follows it."""
    (report,) = learn(bank, repaired(bank))
    record = bank.store.lesson(report.lesson)
    assert record is not None
    assert (report.status, record.status, record.lesson.action) == (
        "active",
        "active",
        Avoid(instead="app-types@1.0.0"),
    )
    assert "1 are built otherwise (near), none is worse" in report.why
    assert [one.outcome for one in bank.store.lesson_evidence(report.lesson)] == ["win"]
    again = built(Bank(bank.store))
    chosen = {binding.pattern: binding for binding in again.bindings}["app-types"]
    assert (chosen.version, chosen.lessons) == ("1.0.0", (report.lesson,))


def test_a_run_without_repair_teaches_nothing(bank: Bank) -> None:
    """Nothing is written."""
    start, _ = repaired(bank)
    assert learn(bank, (start, start)) == ()
    assert states(bank) == {}


def test_the_same_failure_twice_is_one_lesson(bank: Bank) -> None:
    """Learnt again, it stays as it is."""
    steps = repaired(bank)
    learn(bank, steps)
    before = states(bank)
    (report,) = learn(bank, steps)
    assert report.status == "active"
    assert states(bank) == before


def test_a_lesson_that_failed_its_replay_is_judged_anew_when_it_is_learnt_again(bank: Bank) -> None:
    """A neighbour that is harmed retires it; when none is any more, it becomes active."""
    steps = repaired(bank)
    (report,) = learn(bank, steps, red_without("# fault", *SIX))
    assert (report.status, "its replay failed: near 6 scenarios" in report.why) == ("retired", True)
    (report,) = learn(bank, steps, FAULT)
    assert report.status == "active"


def test_a_quarantined_lesson_stays_quarantined(bank: Bank) -> None:
    """What harmed once is not followed because it helps somewhere else."""
    steps = repaired(bank)
    (report,) = learn(bank, steps)
    bank.store.move_lesson(report.lesson, "quarantined", Change(by="ann", why="it harmed", at=AT))
    (report,) = learn(bank, steps)
    record = bank.store.lesson(report.lesson)
    assert (report.status, record and record.status, report.why) == ("quarantined", "quarantined", "it harmed")


HOSTILE: dict[str, tuple[Steering, tuple[Rule, ...]]] = {
    "a worse version": (
        Steering(exclusions=(Exclusion(reference="app-types@1.0.1"),)),
        (red_without("# fault", *SIX),),
    ),
    "no Python": (Steering(rewrites=(Rewrite(reference="app-types@1.0.1", fragment="types", find="(", put="x"),)), ()),
    "no Python afterwards": (
        Steering(rewrites=(Rewrite(reference="app-types@1.0.1", fragment="types", find="_1", put="1 = 2"),)),
        (),
    ),
    "something impossible": (
        Steering(rewrites=(Rewrite(reference="app-types@1.0.1", fragment="types", find="date", put="x + 1"),)),
        (),
    ),
    "a slot that is not there": (
        Steering(slots=(SlotChoice(reference="app-types@1.0.1", slot="absent", value="true"),)),
        (),
    ),
    "a value that is none": (
        Steering(slots=(SlotChoice(reference="app-types@1.0.1", slot="absent", value="{"),)),
        (),
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_lesson_never_becomes_active(bank: Bank, case: str) -> None:
    """Though its predicate holds everywhere and it comes with a repair that is called proved, its replay fails."""
    told, rules = HOSTILE[case]
    start, end = repaired(bank)
    (report,) = learn(bank, (start, replace(end, steering=told)), *rules)
    record = bank.store.lesson(report.lesson)
    assert record is not None
    assert (report.status, record.status) == ("retired", "retired")
    assert "its replay failed" in record.why
    assert not [one for one in bank.store.lesson_history(report.lesson) if one.after == "active"]
    assert built(Bank(bank.store)).tree == start.built.tree


def test_a_rewrite_that_breaks_what_it_is_put_into_never_becomes_active(bank: Bank) -> None:
    """It can be built, and turns scenarios of a neighbour red."""
    start, end = repaired(bank)
    told = Steering(rewrites=(Rewrite(reference="app-types@1.0.1", fragment="types", find="True", put="False"),))
    assert KEY in start.built.tree.text("src/core/types.py")
    (report,) = learn(bank, (start, replace(end, steering=told)), red_without(KEY, *SIX))
    assert report.status == "retired"


def test_a_harmful_lesson_that_was_forced_in_is_quarantined_after_its_first_harm(bank: Bank) -> None:
    """A run that is red with it is repaired by forgetting it, and nobody follows it any more."""
    sound = with_versions(bank, marked(bank, "app-types", "better"))
    bad = lesson("app-types@1.0.2", digest=sound.version("app-types", "1.0.2").digest, capability="")
    sound.store.keep_lessons([LessonRecord(lesson=bad, status="draft", by="eve", why="forced", at=AT)])
    sound.store.move_lesson(bad.id, "active", Change(by="eve", why="forced", at=AT))
    rule = red_without("# better", *SIX)
    found = healed(Bank(sound.store), rule)
    assert [(one.kind, one.proved) for one in found.repairs] == [("ignore", True)]
    assert [(one.lesson, one.status) for one in found.lessons] == [(bad.id, "quarantined")]
    record = sound.store.lesson(bad.id)
    assert (record and record.status, found.asked.red) == ("quarantined", {})
    assert [one.outcome for one in sound.store.lesson_evidence(bad.id)] == ["harm"]
    assert "# better" in built(Bank(sound.store)).tree.text("src/core/types.py")


def test_a_run_with_a_bank_that_is_only_read_is_healed_and_teaches_nothing(bank: Bank) -> None:
    """The repair is made; nothing is written."""
    deaf = Bank(bank.store, read_only=True)
    found = healed(deaf, FAULT)
    assert (len(found.repairs), found.lessons, states(bank)) == (1, (), {})


def test_a_flaky_run_teaches_nothing(bank: Bank) -> None:
    """It is reported, not repaired, not learnt."""
    made, prover = built(bank), ScriptedProver(flaky=SIX[:1])
    asked = prover.ask(made.tree, suite(), watch=True)
    found = heal(made, asked, suite(), Clinic(bank, prover, (), AT), Recorder())
    assert ([one.flaky for one in found.diagnoses], found.repairs, found.lessons) == ([True], (), ())
    assert states(bank) == {}


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """A store that dies at one of its writing calls, before or after it is done."""

    WRITING = ("keep_lessons", "move_lesson", "add_lesson_evidence", "keep_proposal", "settle_proposal")

    def __init__(self, store: Any, last: int = -1, *, after: bool = False) -> None:
        self.store, self.last, self.after = store, last, after
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.store, name)
        return self.dying(found) if name in self.WRITING or name == "lesson" else found

    def dying(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, which may be the last."""

        def called(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == self.last and not self.after:
                raise Killed
            result = call(*args, **kwargs)
            if self.calls == self.last:
                raise Killed
            return result

        return called


def learnt_over(bank: Bank, mortal: Mortal, steps: tuple[Step, Step]) -> None:
    """Learn with a store that may die."""
    over = Bank(bank.store)
    over.store = mortal
    learn(over, steps)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("forgetting", [False, True], ids=["learning", "forgetting"])
def test_learning_can_be_killed_at_every_call_and_done_again(*, forgetting: bool, after: bool) -> None:
    """The lessons, their states, evidence and history are those of a run that nobody killed."""

    def fresh() -> Any:
        return bank_with(app_types="fault")

    def steps_of(bank: Bank) -> tuple[Step, Step]:
        start, end = repaired(bank)
        if not forgetting:
            return start, end
        old = lesson("app-types@1.0.1", digest=bank.version("app-types", "1.0.1").digest)
        bank.store.keep_lessons([LessonRecord(lesson=old, status="active", by="ann", why="", at=AT)])
        return start, replace(end, steering=Steering(ignored=(old.id,)))

    with fresh() as bank:
        counting = Mortal(bank.store)
        learnt_over(bank, counting, steps_of(bank))
        expected, calls = states(bank), counting.calls
    assert calls >= (3 if forgetting else 4)
    for last in range(1, calls + 1):
        with fresh() as bank:
            steps = steps_of(bank)
            with pytest.raises(Killed):
                learnt_over(bank, Mortal(bank.store, last, after=after), steps)
            learnt_over(bank, Mortal(bank.store), steps)
            assert states(bank) == expected, last


def test_a_repair_says_what_it_taught() -> None:
    """A repair of nothing that a build is told has no lesson."""
    with bank_with(app_types="fault") as bank:
        start, end = repaired(bank)
        plain = Repair(scenario="s", cause="", action="", diff="", proved=True)
        assert learn(bank, (start, replace(end, steering=Steering(), repairs=(plain,)))) == ()
