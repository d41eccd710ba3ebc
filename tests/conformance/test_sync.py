"""Two banks become one: everything is carried over, once, in either direction, and differences are named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from patternbank.errors import StoreError
from patternbank.indexing.doctor import revision_findings
from patternbank.indexing.sync import Synced, sync
from patternbank.lifecycle import Change, Scores
from patternbank.loading import load_shipped
from patternbank.patterns import Status
from patternbank.ports import Store
from patternbank.records import ApplicationRecord, Bound, EvidenceRecord, FailureRecord, RunRecord
from patternbank.stores.embedded import EmbeddedStore
from patternbank.values import digest
from tests.conformance.conftest import Opening
from tests.patternbank.shelves import pattern, star
from tests.patternbank.taught import lesson, pair, proposal, record

AT = datetime(2024, 5, 1, 12, tzinfo=UTC)
BY_ANN = Change(by="ann", why="a reason", at=AT, replacement="none")
SCORES = Scores(readiness=0.5, coverage=1, security=1, reliability=1)
NOTHING = Synced(equal=True)


@pytest.fixture
def file(tmp_path: Path) -> Store:
    return EmbeddedStore(tmp_path / "other.sqlite")


def fill(store: Store) -> None:
    """Everything that a bank can hold: reissued contents, every way of a state, scores, runs, failures, evidence."""
    store.add([pattern("a", features=star("x", "y").model_dump()), pattern("b", status="draft")], BY_ANN)
    store.add([pattern("n", description="é 模式")], BY_ANN, origin="pack")
    store.add([pattern("s", description="first")], BY_ANN, origin="shipped")
    store.rate("s", "1.0.0", SCORES, BY_ANN)
    store.add([pattern("s", description="second")], BY_ANN, origin="shipped", reissue=True)
    store.rate("s", "1.0.0", SCORES, BY_ANN)
    store.move("b", "1.0.0", Status.CANDIDATE, BY_ANN)
    store.move("b", "1.0.0", Status.DRAFT, BY_ANN)
    store.move("s", "1.0.0", Status.DEPRECATED, BY_ANN)
    application = ApplicationRecord(
        id=digest("app"), title="Shop é", signature=((1, 0.6), (7, 0.8)), stack=("fastapi",), entities=1, operations=2
    )
    bound = Bound(task="t", capability="a", reference="a@1.0.0", digest=pattern("a").digest, score=0.5)
    failure = FailureRecord(scenario="s", kind="k", expected="201", actual="500", blames=("a@1.0.0",))
    for number in range(3):
        run = RunRecord(
            id=f"run {number}", application=application.id, at=AT, revision=store.revision(), bound=(bound,),
            total=2, passed=1, failed=1, skipped=0, seconds=1.5, failures=(failure,),
        )  # fmt: skip
        store.record(application, run)
    evidence = EvidenceRecord(
        reference="a@1.0.0", digest=pattern("a").digest, kind="smoke", total=2, passed=1, source="run 0", at=AT
    )
    store.add_evidence([evidence])
    teach(store)


def teach(store: Store) -> None:
    """Lessons of every status with their ways, pairs, an open proposal and a settled one."""
    store.keep_lessons([record(), record("b@1.0.0", "draft"), record("n@1.0.0", "quarantined")])
    store.move_lesson(lesson("b@1.0.0").id, "active", BY_ANN)
    store.move_lesson(lesson().id, "accepted", BY_ANN)
    store.add_lesson_evidence([pair(lesson().id, word, minutes=number) for number, word in enumerate("ab")])
    for word in ("p1", "p2"):
        store.keep_proposal(proposal(lesson().id, word))
    store.settle_proposal("p2", "rejected", BY_ANN)


def told(store: Store) -> list[object]:
    """All that a bank says of itself, but for how likeness is rounded."""
    entries = store.entries()
    histories = [store.history(entry.name, entry.version) for entry in entries]
    old = [one.before for history in histories for one in history if one.kind == "reissued"]
    return [
        store.revision(), store.size(), entries, histories, store.applications(), store.runs(),
        [store.evidence(entry.reference) for entry in entries],
        store.lessons(), store.proposals(),
        [(store.lesson_history(one.lesson.id), store.lesson_evidence(one.lesson.id)) for one in store.lessons()],
        [store.contents(found) for found in (*old, *(entry.digest for entry in entries))],
    ]  # fmt: skip


def test_all_that_a_bank_holds_is_carried_over_and_back(store: Store, file: Store, tmp_path: Path) -> None:
    """From a file to the store and on to another file: all three say the same, and a second run does nothing."""
    fill(file)
    tried = sync(file, store, dry_run=True)
    assert (tried.versions, tried.lessons, tried.proposals) == (4, 3, 2)
    assert (store.size(), store.lessons(), store.proposals()) == (0, (), ())
    done = sync(file, store)
    assert (done.versions, done.runs, done.evidence, done.equal) == (4, 3, 3, True)
    assert (done.lessons, done.proposals) == (3, 2)
    assert told(store) == told(file)
    assert sync(file, store) == NOTHING
    back = EmbeddedStore(tmp_path / "back.sqlite")
    assert sync(store, back).equal
    assert told(back) == told(file)
    assert revision_findings(back) == revision_findings(store) == ()
    back.close()
    file.close()


def test_a_copy_that_broke_off_goes_on(store: Store, file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was carried over before a failure stays, and the next run brings the rest."""
    fill(file)
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise StoreError("gone")

        broken.setattr(type(store), "rate", fail)
        with pytest.raises(StoreError):
            sync(file, store)
    assert store.size() == 4
    assert sync(file, store).equal
    assert told(store) == told(file)
    file.close()


def test_what_went_two_ways_is_named_and_left_alone(store: Store, file: Store) -> None:
    """A conflict is no loss: neither bank changes, and the others are carried over."""
    for each in (store, file):
        each.add([pattern("a")], BY_ANN)
    store.move("a", "1.0.0", Status.DEPRECATED, BY_ANN)
    file.rate("a", "1.0.0", SCORES, BY_ANN)
    file.add([pattern("b")], BY_ANN)
    store.add([pattern("c")], BY_ANN)
    done = sync(file, store)
    assert not done.equal
    assert [conflict.split()[0] for conflict in done.conflicts] == ["a@1.0.0"]
    assert done.only_there == ("c@1.0.0",)
    entry = store.entry("a", "1.0.0")
    assert entry is not None
    assert (entry.status, entry.scores) == (Status.DEPRECATED, None)
    assert store.entry("b", "1.0.0") is not None
    file.close()


def test_a_lesson_that_went_two_ways_is_named_and_left_alone(store: Store, file: Store) -> None:
    """Somebody retired it there, here it is active; what was settled here is settled there as well."""
    for each in (store, file):
        each.keep_lessons([record()])
        each.keep_proposal(proposal())
        each.keep_proposal(proposal(word="q"))
    store.move_lesson(lesson().id, "retired", BY_ANN)
    store.settle_proposal("q", "rejected", BY_ANN)
    file.settle_proposal("p", "accepted", BY_ANN)
    file.settle_proposal("q", "accepted", BY_ANN)
    file.move_lesson(lesson().id, "quarantined", BY_ANN)
    done = sync(file, store)
    assert [conflict.split()[:3] for conflict in done.conflicts] == [
        ["the", "lesson", lesson().id],
        ["the", "proposal", "q"],
    ]
    assert [(one.id, one.status) for one in store.proposals()] == [("p", "accepted"), ("q", "rejected")]
    found = store.lesson(lesson().id)
    assert found is not None
    assert found.status == "retired"
    file.close()


def test_two_banks_that_were_shipped_the_same_are_equal(store: Store, file: Store) -> None:
    """They took the patterns in at different times: that is no conflict."""
    load_shipped(file)
    load_shipped(store)
    assert sync(file, store) == NOTHING
    file.close()


def test_contents_that_went_another_way_stop_the_copy_of_that_version(store: Store, file: Store) -> None:
    """The same name and version with other contents is a conflict like any other."""
    file.add([pattern("a", description="one")], BY_ANN)
    store.add([pattern("a", description="other")], BY_ANN)
    done = sync(file, store)
    assert (len(done.conflicts), done.versions, done.equal) == (1, 0, False)
    file.close()


def test_an_opening_is_enough(opening: Opening, file: Store) -> None:
    """A source that may only be read is copied."""
    opening().add([pattern("a")], BY_ANN)
    assert sync(opening(read_only=True), file).equal
    file.close()
