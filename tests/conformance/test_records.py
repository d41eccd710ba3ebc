"""What every store remembers of runs, and that remembering changes no selection."""

import pytest

from patternbank.embeddings import signature
from patternbank.errors import StoreError
from patternbank.lifecycle import Change
from patternbank.ports import Store
from tests.conformance.conftest import Opening
from tests.patternbank.past import application, failure, key, measured, run
from tests.patternbank.shelves import pattern, star

BY_ANN = Change(by="ann", why="a reason")


@pytest.fixture
def shelved(store: Store) -> Store:
    """A bank with two versions."""
    store.add([pattern("a"), pattern("b")], BY_ANN)
    return store


def test_an_empty_bank_remembers_nothing(store: Store) -> None:
    """Nothing is an answer, not an error."""
    assert store.application(key("a")) is None
    assert store.applications() == ()
    assert store.like(signature(star("application", "list")), 5) == ()
    assert store.runs() == ()
    assert store.runs(application=key("a"), reference="a@1.0.0", failed=True, limit=1) == ()
    assert store.evidence("a@1.0.0") == ()
    assert store.add_evidence([]) == 0


def test_a_run_comes_back_whole(shelved: Store) -> None:
    """Unicode, control characters, long texts, times of any zone: all as they were given."""
    given = run("r1", "a", "a@1.0.0", "b@1.0.0", failures=(failure("a@1.0.0", actual="é'\u2028; MATCH (n)" * 50),))
    assert shelved.record(application("a", title="Ünïcode 😀"), given)
    assert shelved.runs() == (given,)
    assert shelved.application(key("a")) == application("a", title="Ünïcode 😀")


def test_the_same_run_counts_once(shelved: Store) -> None:
    """An id that is known changes nothing, neither the run nor its application."""
    assert shelved.record(application("a"), run("r1", "a", "a@1.0.0"))
    assert not shelved.record(application("a", title="other"), run("r1", "a", "b@1.0.0", minutes=5))
    assert shelved.runs() == (run("r1", "a", "a@1.0.0"),)
    assert shelved.application(key("a")) == application("a")
    assert shelved.runs(reference="b@1.0.0") == ()


def test_a_new_run_brings_what_is_known_of_its_application(shelved: Store) -> None:
    """The last word counts, and there is one application."""
    shelved.record(application("a"), run("r1", "a", "a@1.0.0"))
    newer = application("a", "list", "json", title="other")
    assert shelved.record(newer, run("r2", "a", "a@1.0.0", minutes=5))
    assert shelved.applications() == (newer,)
    assert [hit.reference for hit in shelved.like(newer.signature, 5)] == [key("a")]
    assert shelved.like(newer.signature, 5)[0].score == pytest.approx(1.0, abs=1e-6)


def test_runs_are_asked_for_by_what_they_were(shelved: Store) -> None:
    """By application, version and outcome, the newest first, then by id."""
    shelved.record(application("a"), run("r1", "a", "a@1.0.0", minutes=1))
    shelved.record(application("a"), run("r2", "a", "a@1.0.0", "b@1.0.0", minutes=3, failures=(failure("b@1.0.0"),)))
    shelved.record(application("b"), run("r4", "b", "b@1.0.0", minutes=2))
    shelved.record(application("b"), run("r3", "b", "b@1.0.0", minutes=2))

    def ids(**asked: object) -> list[str]:
        return [found.id for found in shelved.runs(**asked)]  # type: ignore[arg-type]

    assert ids() == ["r2", "r3", "r4", "r1"]
    assert ids(limit=2) == ["r2", "r3"]
    assert ids(application=key("a")) == ["r2", "r1"]
    assert ids(reference="b@1.0.0") == ["r2", "r3", "r4"]
    assert ids(reference="b@1.0.0", failed=False) == ["r3", "r4"]
    assert ids(failed=True) == ["r2"]
    assert ids(application=key("b"), reference="a@1.0.0") == []


def test_a_task_bound_twice_is_one_run(shelved: Store) -> None:
    """A version that serves many tasks of a run is found once, and every task comes back in its order."""
    many = run("r1", "a", *["a@1.0.0"] * 3, "b@1.0.0", "a@1.0.0")
    shelved.record(application("a"), many)
    assert shelved.runs(reference="a@1.0.0") == (many,)


def test_pages_of_applications_join_to_the_whole(shelved: Store) -> None:
    """Reading page by page gives what reading at once gives, by id."""
    for word in ("c", "a", "e", "b", "d"):
        shelved.record(application(word), run(f"r{word}", word, "a@1.0.0"))
    pages: list[str] = []
    while page := shelved.applications(after=pages[-1] if pages else "", limit=2):
        pages += [found.id for found in page]
    assert pages == [found.id for found in shelved.applications()] == [key(word) for word in "abcde"]


def test_applications_like_this_one(shelved: Store) -> None:
    """The same structure comes first with 1, what shares nothing does not come; titles say nothing."""
    shelved.record(application("a", "list", "flow", "states"), run("r1", "a", "a@1.0.0"))
    shelved.record(application("b", "list", "flow", "json"), run("r2", "b", "a@1.0.0"))
    asked = signature(star("application", "list", "flow", "states"))
    hits = shelved.like(asked, 5)
    assert [hit.reference for hit in hits] == [key("a"), key("b")]
    assert hits[0].score == pytest.approx(1.0, abs=1e-6)
    assert 0 < hits[1].score < 1
    assert shelved.like(asked, 1) == hits[:1]
    assert shelved.like(signature(star("other", "thing")), 5) == ()


def test_equal_evidence_counts_once(shelved: Store) -> None:
    """All but the time tells measurements apart; they come by kind, application and environment."""
    first = [measured("a@1.0.0", of="b"), measured("a@1.0.0", of="a"), measured("a@1.0.0", "lint", "")]
    assert shelved.add_evidence(first) == 3
    assert shelved.add_evidence([measured("a@1.0.0", minutes=9), measured("a@1.0.0", passed=9, minutes=9)]) == 1
    assert shelved.add_evidence([measured("b@1.0.0")]) == 1
    found = shelved.evidence("a@1.0.0")
    assert [(one.kind, one.application, one.passed) for one in found] == [
        ("lint", "", 10),
        ("smoke", key("a"), 10),
        ("smoke", key("a"), 9),
        ("smoke", key("b"), 10),
    ]
    assert found[1] == first[1]


def test_remembering_changes_no_revision(shelved: Store) -> None:
    """What a selection depends on is the same after runs and measurements as before."""
    before = shelved.revision()
    shelved.record(application("a"), run("r1", "a", "a@1.0.0", failures=(failure("a@1.0.0"),)))
    shelved.add_evidence([measured("a@1.0.0", passed=1)])
    assert shelved.revision() == before
    assert [entry.kind for entry in shelved.history("a", "1.0.0")] == ["added"]


def test_a_reader_remembers_nothing(opening: Opening) -> None:
    """A store that is open for reading refuses to keep runs and evidence, and shows what is there."""
    writer: Store = opening()
    writer.add([pattern("a")], BY_ANN)
    writer.record(application("a"), run("r1", "a", "a@1.0.0"))
    reader: Store = opening(read_only=True)
    with pytest.raises(StoreError, match="reading only"):
        reader.record(application("a"), run("r2", "a", "a@1.0.0"))
    with pytest.raises(StoreError, match="reading only"):
        reader.add_evidence([measured("a@1.0.0")])
    assert [found.id for found in reader.runs()] == ["r1"]
