"""What every store keeps of lessons: as it was given, once, and with no more effect on selections than it must have."""

from datetime import timedelta

import pytest

from patternbank.errors import LifecycleError, StoreError, UnknownLessonError
from patternbank.indexing.doctor import revision_findings
from patternbank.lessons.records import Advise, Require, RewriteCode
from patternbank.lifecycle import Change
from patternbank.patterns import Fit
from patternbank.ports import Store
from patternbank.revision import lesson_term, moved
from tests.conformance.conftest import Opening
from tests.patternbank.past import NOON, application, failure, key, run
from tests.patternbank.shelves import pattern
from tests.patternbank.taught import lesson, pair, proposal, record

BY_ANN = Change(by="ann", why="a reason", at=NOON + timedelta(hours=1))
ODD = "é'\u2028; MATCH (n) DETACH DELETE n // \x01"


@pytest.fixture
def shelved(store: Store) -> Store:
    """A bank with three versions."""
    store.add([pattern("a"), pattern("a", version="1.1.0"), pattern("b")], BY_ANN)
    return store


def test_an_empty_bank_has_learnt_nothing(store: Store) -> None:
    """Nothing is an answer; what must be there is named when it is not."""
    assert store.lesson("x") is None
    assert (store.lessons(), store.active_lessons(["a@1.0.0"]), store.active_lessons([])) == ((), (), ())
    assert (store.lesson_history("x"), store.lesson_evidence("x"), store.proposals()) == ((), (), ())
    assert store.proposal("x") is None
    assert store.keep_lessons([]) == store.add_lesson_evidence([]) == 0
    with pytest.raises(UnknownLessonError, match="no lesson x"):
        store.move_lesson("x", "active", BY_ANN)
    with pytest.raises(UnknownLessonError, match="no proposal x"):
        store.settle_proposal("x", "accepted", BY_ANN)


def test_lessons_come_back_whole(shelved: Store) -> None:
    """Every kind of action, predicates, any text: all as they were given, sorted by id."""
    when = Fit.model_validate({"has": ["list"], "not": {"setting": {"paging": "keyset"}}})
    given = [
        record(story=ODD, when=when),
        record("b@1.0.0", "draft", action=Require(slot="first", value='{"é": true}')),
        record("a@1.1.0", "quarantined", action=RewriteCode(fragment="x", find="_1.a(_2)", put=ODD)),
        record("gone@1.0.0", "retired", action=Advise(text=ODD), family="", cause=""),
    ]
    given.sort(key=lambda one: one.lesson.id)
    assert shelved.keep_lessons(given) == 4
    assert list(shelved.lessons()) == given
    assert [shelved.lesson(one.lesson.id) for one in given] == given
    assert [one.status for one in shelved.lessons(status="draft")] == ["draft"]
    assert [one.lesson.against for one in shelved.lessons(against="a@1.1.0")] == ["a@1.1.0"]
    assert shelved.lessons(status="active", against="b@1.0.0") == ()


def test_a_known_lesson_stays_as_it_is(shelved: Store) -> None:
    """The same lesson learnt elsewhere is no new one, whatever status it comes with, also within one call."""
    again = record(status="draft", story="another story", learnt_in=key("y"))
    assert shelved.keep_lessons([record(), again]) == 1
    before = shelved.revision()
    assert shelved.keep_lessons([again, record("b@1.0.0")]) == 1
    assert shelved.lesson(lesson().id) == record()
    assert shelved.revision() != before
    assert [entry.kind for entry in shelved.lesson_history(lesson().id)] == ["added"]


def test_a_build_is_told_of_active_lessons_alone(shelved: Store) -> None:
    """Those against the versions that it asks about, by id, with what it needs to judge them."""
    when = Fit(has=("list",))
    kept = [record(when=when), record("b@1.0.0"), record("a@1.1.0", "draft"), record(cause="other", capability="c")]
    shelved.keep_lessons(kept)
    wanted = sorted((kept[0], kept[3]), key=lambda one: one.lesson.id)
    found = shelved.active_lessons(["a@1.0.0", "a@1.1.0", "a@1.0.0", "absent@1.0.0"])
    assert [row.id for row in found] == [one.lesson.id for one in wanted]
    assert [row[1:4] for row in found] == [("a@1.0.0", key("d"), one.lesson.capability) for one in wanted]
    assert [Fit.model_validate_json(row.when) for row in found] == [one.lesson.when for one in wanted]
    assert [row.lesson for row in found] == [one.lesson.to_json() for one in wanted]


def test_a_lesson_goes_its_ways_and_no_others(shelved: Store) -> None:
    """Each step is recorded; the status that it has is no step; accepted is the end."""
    shelved.keep_lessons([record(status="draft")])
    of = lesson().id
    for status in ("active", "quarantined", "draft", "retired", "draft", "active", "accepted"):
        shelved.move_lesson(of, status, BY_ANN)
        shelved.move_lesson(of, status, BY_ANN)
    found = shelved.lesson(of)
    assert found is not None
    assert (found.status, found.by, found.why, found.at) == ("accepted", "ann", "a reason", BY_ANN.at)
    history = shelved.lesson_history(of)
    assert [(entry.before, entry.after) for entry in history][:3] == [
        ("", "draft"),
        ("draft", "active"),
        ("active", "quarantined"),
    ]
    assert len(history) == 8
    assert {entry.change for entry in history[1:]} == {BY_ANN}
    assert history[0].change == Change(by="ann", why="replayed", at=NOON)
    with pytest.raises(LifecycleError, match="is accepted and cannot become draft"):
        shelved.move_lesson(of, "draft", BY_ANN)
    shelved.keep_lessons([record("b@1.0.0", "quarantined")])
    with pytest.raises(LifecycleError, match="is quarantined and cannot become active"):
        shelved.move_lesson(lesson("b@1.0.0").id, "active", BY_ANN)
    assert len(shelved.lesson_history(of)) == 8


def test_equal_evidence_counts_once(shelved: Store) -> None:
    """All but the time tells pairs apart; they come by application, environment and time."""
    shelved.keep_lessons([record()])
    of = lesson().id
    given = [pair(of, "b"), pair(of, "a", minutes=5), pair(of, "a", minutes=5), pair(of, "a", won=-1, minutes=1)]
    assert shelved.add_lesson_evidence(given) == 3
    assert shelved.add_lesson_evidence([pair(of, "a", minutes=9), pair("other", "a")]) == 1
    assert shelved.lesson_evidence(of) == (given[3], given[1], given[0])
    assert shelved.lesson_evidence("other") == (pair("other", "a"),)


def test_a_proposal_is_kept_once_and_settled_once(shelved: Store) -> None:
    """It comes back whole; a known id changes nothing; what was rejected stays rejected."""
    first, second = proposal(word="p1"), proposal(word="p2")
    assert shelved.keep_proposal(second)
    assert shelved.keep_proposal(first)
    assert not shelved.keep_proposal(first.model_copy(update={"diff": "other"}))
    assert shelved.proposals() == (first, second)
    for _ in range(2):
        shelved.settle_proposal("p1", "rejected", BY_ANN)
    assert shelved.proposal("p1") == first.model_copy(
        update={"status": "rejected", "by": "ann", "why": "a reason", "at": BY_ANN.at}
    )
    assert shelved.proposals(status="open") == (second,)
    with pytest.raises(LifecycleError, match="rejected and cannot become accepted"):
        shelved.settle_proposal("p1", "accepted", BY_ANN)
    assert not shelved.keep_proposal(first)


def test_active_lessons_alone_change_the_revision(shelved: Store) -> None:
    """One becomes active, and the revision is another; it no longer is, and the revision is what it was."""
    before, of = shelved.revision(), lesson().id
    shelved.keep_lessons([record(status="draft"), record("b@1.0.0", "retired")])
    shelved.add_lesson_evidence([pair(of)])
    shelved.keep_proposal(proposal(of))
    shelved.settle_proposal("p", "accepted", BY_ANN)
    assert shelved.revision() == before
    shelved.move_lesson(of, "active", BY_ANN)
    assert shelved.revision() == moved(before, come=[lesson_term(of)])
    assert revision_findings(shelved) == ()
    shelved.move_lesson(of, "accepted", BY_ANN)
    assert shelved.revision() == before
    assert revision_findings(shelved) == ()


def test_runs_remember_lessons_and_where_failures_stand(shelved: Store) -> None:
    """What a run applied, and by what a failure is known again, come back as they were given."""
    shelved.keep_lessons([record()])
    known = failure("a@1.0.0").model_copy(
        update={
            "family": lesson().family,
            "signature": key("s"),
            "file": "src/é.py",
            "line": 7,
            "fragment": "a",
            "flaky": True,
        }
    )
    given = run("r1", "a", "a@1.0.0", failures=(known,)).model_copy(update={"applied": (lesson().id, "unknown")})
    assert shelved.record(application("a"), given)
    assert shelved.runs() == (given,)


def fail(*_: object, **__: object) -> str:
    raise KeyboardInterrupt


def break_the_revision(patch: pytest.MonkeyPatch) -> None:
    """Let a change die when it brings the revision up to date, which is the last that it does."""
    for module in ("patternbank.stores.lessons_embedded", "patternbank.stores.graph.writing"):
        patch.setattr(f"{module}.moved", fail)


def test_what_breaks_half_way_leaves_nothing(shelved: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that dies after its first rows leaves neither lessons nor histories nor measurements."""
    shelved.keep_lessons([record()])
    before = shelved.revision()
    with monkeypatch.context() as broken:
        break_the_revision(broken)
        with pytest.raises(KeyboardInterrupt):
            shelved.keep_lessons([record("a@1.1.0"), record("b@1.0.0")])
    assert (shelved.revision(), shelved.lessons()) == (before, (record(),))
    assert shelved.lesson_history(lesson("a@1.1.0").id) == ()
    with pytest.raises(OverflowError):
        shelved.add_lesson_evidence([pair("l"), pair("l").model_copy(update={"total": 2**70})])
    assert shelved.lesson_evidence("l") == ()
    assert revision_findings(shelved) == ()


def test_a_move_that_breaks_half_way_is_taken_back(shelved: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The status is written before the revision; when that fails the status is as it was, and nothing is recorded."""
    shelved.keep_lessons([record(status="draft")])
    before, of = shelved.revision(), lesson().id
    with monkeypatch.context() as broken:
        break_the_revision(broken)
        with pytest.raises(KeyboardInterrupt):
            shelved.move_lesson(of, "active", BY_ANN)
    found = shelved.lesson(of)
    assert found is not None
    assert (found.status, shelved.revision(), len(shelved.lesson_history(of))) == ("draft", before, 1)
    assert shelved.active_lessons(["a@1.0.0"]) == ()


def test_a_reader_learns_nothing(opening: Opening) -> None:
    """A store that is open for reading shows lessons and refuses every change of them."""
    writer: Store = opening()
    writer.keep_lessons([record()])
    writer.keep_proposal(proposal())
    reader: Store = opening(read_only=True)
    for change in (
        lambda: reader.keep_lessons([record("b@1.0.0")]),
        lambda: reader.move_lesson(lesson().id, "retired", BY_ANN),
        lambda: reader.add_lesson_evidence([pair("l")]),
        lambda: reader.keep_proposal(proposal(word="q")),
        lambda: reader.settle_proposal("p", "rejected", BY_ANN),
    ):
        with pytest.raises(StoreError, match="reading only"):
            change()
    assert reader.lessons() == (record(),)
    assert len(reader.active_lessons(["a@1.0.0"])) == len(reader.proposals()) == 1
