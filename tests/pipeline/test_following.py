"""A lesson with which nothing can be built is left out, named and quarantined; all others are followed."""

from collections.abc import Iterator

import pytest

from devmatrix.artifacts.steering import SlotChoice, Steering
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.collecting import take_out_spoilt
from devmatrix.pipeline.following import build_following
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.errors import PatternBankError
from patternbank.lessons.records import Action, Avoid, Lesson, LessonRecord, Require, RewriteCode
from tests.patternbank.taught import lesson
from tests.pipeline.marked import AT, application, bank_with, built

ABSENT = Require(slot="absent", value="true")
NO_PYTHON = RewriteCode(fragment="types", find="(", put="x")


@pytest.fixture
def bank() -> Iterator[Bank]:
    """The shipped patterns with a newer version of two."""
    with bank_with(app_types="newer", app_errors="newest") as opened:
        yield opened


def active(bank: Bank, against: str, action: Action) -> Lesson:
    """A lesson that somebody made active by hand."""
    name, _, version = against.partition("@")
    made = lesson(against, digest=bank.version(name, version).digest, capability="", action=action)
    bank.store.keep_lessons([LessonRecord(lesson=made, status="active", by="eve", why="forced", at=AT)])
    return made


def following(bank: Bank, steering: Steering | None = None) -> Built:
    """The application as lessons say."""
    found = build_following(application(), Bank(bank.store), Recorder(), steering or Steering())
    assert isinstance(found, Built)
    return found


@pytest.mark.parametrize("action", [ABSENT, Require(slot="absent", value="{"), NO_PYTHON])
def test_a_lesson_that_breaks_the_build_is_left_out(bank: Bank, action: Action) -> None:
    """The application is that of a bank without it, and the next build does not meet it any more."""
    sound = built(bank).tree
    bad = active(bank, "app-types@1.0.1", action)
    found = following(bank)
    assert (found.tree, found.spoilt) == (sound, (bad.id,))
    (said,) = take_out_spoilt(Bank(bank.store), found)
    assert bad.id[:12] in said
    record = bank.store.lesson(bad.id)
    assert record is not None
    assert record.status == "quarantined"
    assert following(bank).spoilt == ()


def test_a_good_lesson_is_followed_beside_a_bad_one(bank: Bank) -> None:
    """Only the one that is to blame is left out."""
    bad = active(bank, "app-types@1.0.1", ABSENT)
    good = active(bank, "app-errors@1.0.1", Avoid())
    found = following(bank)
    chosen = {binding.pattern: binding for binding in found.bindings}
    assert found.spoilt == (bad.id,)
    assert (chosen["app-errors"].version, chosen["app-errors"].lessons) == ("1.0.0", (good.id,))
    assert chosen["app-types"].version == "1.0.1"


def test_several_bad_lessons_are_all_left_out(bank: Bank) -> None:
    """Each makes the build fail alone."""
    bad = {active(bank, "app-types@1.0.1", ABSENT).id, active(bank, "app-types@1.0.1", NO_PYTHON).id}
    assert set(following(bank).spoilt) == bad


def test_a_bank_that_is_only_read_leaves_them_out_and_says_so(bank: Bank) -> None:
    """Nothing is written."""
    bad = active(bank, "app-types@1.0.1", ABSENT)
    (said,) = take_out_spoilt(Bank(bank.store, read_only=True), following(bank))
    record = bank.store.lesson(bad.id)
    assert ("left out" in said, record and record.status) == (True, "active")


def test_a_failure_that_lessons_are_not_to_blame_for_is_raised(bank: Bank) -> None:
    """What is told by hand and fits no pattern is an error, with a lesson in the bank or not."""
    told = Steering(slots=(SlotChoice(reference="app-types@1.0.1", slot="absent", value="true"),))
    with pytest.raises(PatternBankError, match="absent"):
        following(bank, told)
    active(bank, "app-errors@1.0.1", Avoid())
    with pytest.raises(PatternBankError, match="absent"):
        following(bank, told)


def test_a_sound_build_leaves_nothing_out(bank: Bank) -> None:
    """It is what it was without asking who is to blame."""
    found = following(bank)
    assert (found.spoilt, take_out_spoilt(bank, found)) == ((), ())
