"""Active lessons that harm or matter no more are taken back; the others stay."""

from collections.abc import Iterator

import pytest

from patternbank.bank import Bank
from patternbank.lessons.keeping import settle_lessons
from patternbank.lessons.records import LessonEvidence
from patternbank.lifecycle import Change
from patternbank.patterns import Status
from patternbank.stores.embedded import EmbeddedStore
from tests.patternbank.past import NOON
from tests.patternbank.shelves import pattern
from tests.patternbank.taught import lesson, pair, record

BY_ANN = Change(by="ann", why="a reason", replacement="none")
HELD = pattern("a")


@pytest.fixture
def bank() -> Iterator[Bank]:
    """A bank with a version and an active lesson about it."""
    with EmbeddedStore() as store:
        store.add([HELD, pattern("b")], BY_ANN)
        store.keep_lessons([record(digest=HELD.digest)])
        yield Bank(store)


def status(bank: Bank) -> str:
    found = bank.store.lesson(lesson(digest=HELD.digest).id)
    assert found is not None
    return found.status


def evidence(bank: Bank, *pairs: tuple[str, int]) -> None:
    of = lesson(digest=HELD.digest).id
    told: list[LessonEvidence] = [pair(of, word, won) for word, won in pairs]
    bank.store.add_lesson_evidence(told)


def test_a_lesson_that_helps_stays(bank: Bank) -> None:
    """Nothing is done, and nothing is said."""
    evidence(bank, ("a", 1), ("b", 0))
    assert settle_lessons(bank, "ann", NOON) == ()
    assert status(bank) == "active"


def test_any_harm_takes_a_lesson_back(bank: Bank) -> None:
    """One application that got worse is enough, however many got better; it is said once, with the reason kept."""
    evidence(bank, ("a", 1), ("b", 1), ("c", -1))
    (said,) = settle_lessons(bank, "ann", NOON)
    assert said.startswith("no longer followed, because it made results worse in 1 application: lesson ")
    assert status(bank) == "quarantined"
    assert settle_lessons(bank, "ann", NOON) == ()
    last = bank.store.lesson_history(lesson(digest=HELD.digest).id)[-1].change
    assert (last.by, last.at, last.why) == ("ann", NOON, "it made results worse in 1 application")


def test_a_lesson_about_what_is_out_of_use_is_laid_aside(bank: Bank) -> None:
    """The version was deprecated."""
    bank.store.move("a", "1.0.0", Status.DEPRECATED, BY_ANN)
    (said,) = settle_lessons(bank, "ann", NOON)
    assert said.startswith("laid aside, because ")
    assert status(bank) == "retired"


def test_a_lesson_about_other_contents_is_laid_aside(bank: Bank) -> None:
    """The number is the same, and what it was learnt about is no longer there."""
    bank.store.add([pattern("a", {"a.txt": "other"})], BY_ANN, reissue=True)
    assert len(settle_lessons(bank, "ann", NOON)) == 1
    assert status(bank) == "retired"
