"""What every store answers, and how it keeps what it is given."""

import pytest

from patternbank.embeddings import signature
from patternbank.lifecycle import Change, Scores
from patternbank.patterns import Status
from patternbank.ports import Conditions, PatternStore
from tests.patternbank.shelves import pattern, star

BY_ANN = Change(by="ann", why="a reason")


def references(entries: tuple[object, ...]) -> list[str]:
    """The references of entries or hits."""
    return [entry.reference for entry in entries]  # type: ignore[attr-defined]


def test_an_empty_bank_answers_every_question(store: PatternStore) -> None:
    """Nothing is an answer, not an error."""
    assert store.entries() == ()
    assert store.providing("x") == ()
    assert store.near(signature(star("a", "b")), 5) == ()
    assert store.mentioning("word", 5) == ()
    assert store.holders([1]) == {1: 0}
    assert store.size() == 0
    assert store.version("a", "1.0.0") is None
    assert store.entry("a", "1.0.0") is None
    assert store.contents("0" * 64) is None
    assert store.versions("a") == ()
    assert store.capabilities() == ()
    assert store.history("a", "1.0.0") == ()
    assert store.note("a") is None


def test_a_version_comes_back_whole(store: PatternStore) -> None:
    """Files, unicode, line ends, large texts: all as they were given."""
    texts = {"a.txt": "x" * 500_000, "ü/😀.txt": "é\r\n\t\x00\u2028", "empty": ""}
    given = pattern("a", texts, description="Ünïcode '; DROP TABLE versions; --", features=star("x", "y").model_dump())
    assert store.add([given], BY_ANN) == ("a@1.0.0",)
    assert store.version("a", "1.0.0") == given
    assert store.contents(given.digest) == given
    entry = store.entry("a", "1.0.0")
    assert entry is not None
    assert (entry.manifest, entry.digest, entry.status) == (given.manifest, given.digest, Status.GOLDEN)
    assert entry.signature == signature(star("x", "y"))
    assert (entry.scores, entry.origin) == (None, "local")


def test_versions_sort_as_semver_does(store: PatternStore) -> None:
    """Ten comes after nine, a pre-release before its release."""
    numbers = ["1.0.0-rc.2", "1.0.0-rc.10", "1.0.0", "1.9.0", "1.10.0", "10.0.0"]
    store.add([pattern("a", version=number) for number in reversed(numbers)], BY_ANN)
    assert [entry.version for entry in store.versions("a")] == numbers
    assert [entry.version for entry in store.entries()] == numbers


def test_pages_join_to_the_whole(store: PatternStore) -> None:
    """Reading page by page gives what reading at once gives."""
    store.add([pattern(f"p{number}", version=f"1.{minor}.0") for number in range(5) for minor in (2, 10)], BY_ANN)
    pages: list[str] = []
    while page := references(store.entries(after=pages[-1] if pages else "", limit=3)):
        pages += page
    assert pages == references(store.entries())
    assert len(pages) == 10


def test_conditions_are_hard(store: PatternStore) -> None:
    """Capability, stack, state and scores each exclude."""
    store.add(
        [
            pattern("a", capability="do", stack=["x"]),
            pattern("b", capability="other", provides=["do"], stack=["x", "y"]),
            pattern("c", capability="do", status="draft"),
        ],
        BY_ANN,
    )
    store.rate("a", "1.0.0", Scores(readiness=1, coverage=0.8, security=1, reliability=1), BY_ANN)
    assert references(store.providing("do")) == ["a@1.0.0", "b@1.0.0", "c@1.0.0"]
    assert references(store.providing("do", Conditions(stack=("x",)))) == ["a@1.0.0", "c@1.0.0"]
    assert references(store.providing("do", Conditions(statuses=(Status.GOLDEN,)))) == ["a@1.0.0", "b@1.0.0"]
    assert references(store.entries(Conditions(min_score=0.8))) == ["a@1.0.0"]
    assert store.entries(Conditions(min_score=0.81)) == ()
    assert store.capabilities() == ("do", "other")


def test_near_finds_structure_and_says_how_near(store: PatternStore) -> None:
    """The same structure comes first with 1, what shares nothing does not come."""
    graphs = {"same": star("a", "b", "c"), "like": star("a", "b", "d"), "strange": star("x", "y")}
    store.add([pattern(name, features=graph.model_dump()) for name, graph in graphs.items()], BY_ANN)
    hits = store.near(signature(star("a", "b", "c")), 5)
    assert references(hits) == ["same@1.0.0", "like@1.0.0"]
    assert hits[0].score == pytest.approx(1.0)
    assert 0 < hits[1].score < 1
    assert references(store.near(signature(star("a", "b", "c")), 1)) == ["same@1.0.0"]
    assert store.near(signature(star("a", "b", "c")), 5, Conditions(statuses=(Status.DRAFT,))) == ()


def test_near_sees_what_was_added_since(store: PatternStore) -> None:
    """No answer is older than the last write."""
    asked = signature(star("a", "b"))
    assert store.near(asked, 5) == ()
    store.add([pattern("a", features=star("a", "b").model_dump())], BY_ANN)
    assert references(store.near(asked, 5)) == ["a@1.0.0"]


def test_mentioning_ranks_by_rare_words(store: PatternStore) -> None:
    """A rare word counts more than one that all have; signs of the query language are only text."""
    store.add([pattern(f"p{number}", description="common words") for number in range(4)], BY_ANN)
    store.add([pattern("q", description="common gemstone")], BY_ANN)
    assert references(store.mentioning("common gemstone", 2))[0] == "q@1.0.0"
    assert len(store.mentioning("common", 10)) == 5
    for hostile in ('"', "a OR", "NEAR(", "*", "'; --", "common:gemstone^"):
        store.mentioning(hostile, 5)


def test_notes_are_kept(store: PatternStore) -> None:
    """The last word counts."""
    store.keep_note("k", "1")
    store.keep_note("k", "2")
    assert store.note("k") == "2"


def test_the_revision_says_whether_a_selection_may_differ(opening: object) -> None:
    """It changes with a version, a state or a score, and with nothing else."""
    store: PatternStore = opening()  # type: ignore[operator]
    seen = [store.revision()]
    store.add([pattern("a", status="candidate")], BY_ANN)
    seen.append(store.revision())
    store.move("a", "1.0.0", Status.GOLDEN, BY_ANN)
    seen.append(store.revision())
    store.rate("a", "1.0.0", Scores(readiness=1, coverage=1, security=1, reliability=1), BY_ANN)
    seen.append(store.revision())
    assert len(set(seen)) == 4
    store.keep_note("k", "v")
    store.add([pattern("a", status="candidate")], Change(by="bob", why="again"))
    assert store.revision() == seen[-1]
