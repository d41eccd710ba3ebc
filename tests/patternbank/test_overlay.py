"""Versions on top of a bank take part in its answers, and nothing underneath changes."""

from collections.abc import Iterator

import pytest

from patternbank.bank import Bank
from patternbank.errors import UnknownPatternError
from patternbank.lessons.records import Avoid, Lesson
from patternbank.lifecycle import Change
from patternbank.opening import open_bank
from patternbank.overlay import Overlay
from patternbank.patterns import Status
from patternbank.ports import Conditions
from patternbank.retrieval import Query
from tests.patternbank.shelves import pattern

NEWER = pattern("b.pattern", {"b.txt": "newer\n"}, version="1.0.1", capability="b.asked", status="draft")
OTHER = pattern("c.pattern", capability="b.asked")


@pytest.fixture
def bank() -> Iterator[Bank]:
    """A bank of two golden patterns."""
    with open_bank(":memory:", shipped=False) as opened:
        sound = pattern("b.pattern", capability="b.asked")
        opened.store.add([pattern(), sound], Change(by="me", why="a test"))
        yield Bank(opened.store)


def test_newer_version_is_the_one_that_is_chosen(bank: Bank) -> None:
    """The sound version is passed over because there is a newer one, and it can still be had by its number."""
    overlay = Overlay(bank, [NEWER])
    ranking = overlay.rank(Query(capability="b.asked"))
    assert ranking.best is not None
    assert ranking.best.pattern == "b.pattern@1.0.1"
    assert overlay.version("b.pattern").digest == NEWER.digest
    assert overlay.version("b.pattern", "1.0.0").texts == {"files/a.txt": "a\n"}
    assert overlay.contents(ranking.best.digest).texts == {"files/b.txt": "newer\n"}


def test_older_version_on_top_does_not_hide_the_newest(bank: Bank) -> None:
    """The number decides, not where a version is kept."""
    old = pattern("b.pattern", {"b.txt": "old\n"}, version="0.9.0", capability="b.asked")
    assert Overlay(bank, [old]).version("b.pattern").version == "1.0.0"


def test_pattern_of_a_new_name_is_listed(bank: Bank) -> None:
    """In all lists, in the order of the names, as golden, and counted."""
    overlay = Overlay(bank, [OTHER, NEWER])
    expected = ["b.pattern@1.0.0", "b.pattern@1.0.1", "c.pattern@1.0.0"]
    assert [entry.reference for entry in overlay.providing("b.asked")] == expected
    assert [entry.reference for entry in overlay.entries()] == ["a.pattern@1.0.0", *expected]
    assert {entry.status for entry in overlay.entries()} == {Status.GOLDEN}
    assert overlay.size() == 4


def test_conditions_hold_for_versions_on_top(bank: Bank) -> None:
    """Nobody measured them, so none has a score; stack, state and capability count as underneath."""
    overlay = Overlay(bank, [OTHER, pattern("d.pattern", stack=["rust"])])
    assert overlay.entries(Conditions(min_score=0.1)) == ()
    assert overlay.entries(Conditions(statuses=(Status.DRAFT,))) == ()
    assert "d.pattern" not in [entry.name for entry in overlay.entries(Conditions(stack=("python",)))]
    assert [entry.name for entry in overlay.entries(Conditions(capability="d.pattern"))] == ["d.pattern"]


def test_same_number_takes_the_place(bank: Bank) -> None:
    """The version underneath is neither listed nor given any more."""
    other = pattern("b.pattern", {"b.txt": "other\n"}, capability="b.asked")
    overlay = Overlay(bank, [other])
    assert [entry.digest for entry in overlay.providing("b.asked")] == [other.digest]
    assert overlay.size() == 2
    assert overlay.revision != bank.revision


def test_revision_follows_the_versions_on_top(bank: Bank) -> None:
    """It is another for other versions, in whatever order they come, and the same without any."""
    assert Overlay(bank, []).revision == bank.revision
    revisions = {Overlay(bank, versions).revision for versions in ([NEWER], [OTHER], [NEWER, OTHER])}
    assert len(revisions) == 3
    assert Overlay(bank, [OTHER, NEWER]).revision == Overlay(Overlay(bank, [NEWER]), [OTHER]).revision


def test_nothing_is_written(bank: Bank) -> None:
    """The store neither holds the versions nor is closed with the overlay."""
    before = bank.store.revision()
    with Overlay(bank, [NEWER]) as overlay:
        overlay.rank(Query(capability="b.asked"))
    assert bank.store.revision() == before
    assert bank.store.entry("b.pattern", "1.0.1") is None
    with pytest.raises(UnknownPatternError):
        bank.version("b.pattern", "1.0.1")


def test_what_the_bank_was_taught_holds_on_top(bank: Bank) -> None:
    """A lesson that is only taught is heard through the overlay, and one that is told to forget is deaf there too."""
    lesson = Lesson(against=NEWER.reference, digest=NEWER.digest, action=Avoid(), cause="QUERY_MISMATCH", family="")
    overlay = Overlay(bank.taught([lesson]), [NEWER])
    assert [one.against for one in overlay.active_lessons([NEWER.reference])] == [NEWER.reference]
    assert Overlay(bank.taught([lesson]).untaught(), [NEWER]).active_lessons([NEWER.reference]) == ()
