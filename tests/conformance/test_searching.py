"""One search over all legs names the same versions in every store; the revision says when to ask again."""

import json
import sqlite3
from pathlib import Path

from patternbank.embeddings import rarities, signature, text_vector, word_features
from patternbank.lifecycle import Change, Scores
from patternbank.patterns import Status
from patternbank.ports import Ask, Conditions, PatternStore
from patternbank.revision import EMPTY, revision_of, term
from patternbank.stores.embedded import EmbeddedStore
from tests.conformance.conftest import Opening
from tests.patternbank.past import application, failure, run
from tests.patternbank.shelves import pattern, star
from tests.patternbank.taught import record

BY_ANN = Change(by="ann", why="a reason", replacement="none")
SCORES = Scores(readiness=0.5, coverage=1, security=1, reliability=1)


def named(store: PatternStore, ask: Ask) -> list[str]:
    return [found.entry.reference for found in store.search(ask)]


def asked(store: PatternStore, text: str) -> tuple[tuple[int, float], ...]:
    return rarities(text, store.holders(word_features(text)), store.size())


def test_a_search_gives_the_best_of_each_leg_together(store: PatternStore) -> None:
    """Each leg names its own; what both name stands once; what has nothing in common is not named."""
    store.add(
        [
            pattern("a", features=star("x", "y").model_dump()),
            pattern("b", description="rare gemstone"),
            pattern("c", description="gemstone", features=star("x", "y", "z").model_dump()),
            pattern("d", description="other words", features=star("p", "q").model_dump()),
        ],
        BY_ANN,
    )
    both = Ask(signature=signature(star("x", "y", "z")), words=asked(store, "gemstone"))
    assert named(store, both) == ["a@1.0.0", "b@1.0.0", "c@1.0.0"]
    assert named(store, both.model_copy(update={"limit": 1})) in (["b@1.0.0", "c@1.0.0"], ["c@1.0.0"])
    assert named(store, Ask()) == []


def test_a_search_keeps_to_the_conditions(store: PatternStore) -> None:
    """Capability, state, stack and least score hold within the search, so that the limit counts what fits."""
    features = star("x", "y").model_dump()
    store.add([pattern(f"p{number}", capability="many", features=features) for number in range(5)], BY_ANN)
    store.add([pattern("draft", status="draft", features=features)], BY_ANN)
    store.add([pattern("other", stack=["s", "t"], features=features)], BY_ANN)
    store.rate("p3", "1.0.0", SCORES, BY_ANN)
    ask = Ask(signature=signature(star("x", "y")), limit=2)

    def under(**conditions: object) -> list[str]:
        return named(store, ask.model_copy(update={"conditions": Conditions.model_validate(conditions)}))

    assert under(statuses=["draft"]) == ["draft@1.0.0"]
    assert under(capability="other") == ["other@1.0.0"]
    assert under(capability="other", stack=["s"]) == []
    assert under(capability="other", stack=["s", "t", "u"]) == ["other@1.0.0"]
    assert under(min_score=0.5) == ["p3@1.0.0"]
    assert under(capability="many") == ["p0@1.0.0", "p1@1.0.0"]


def test_equal_scores_are_cut_by_name(store: PatternStore) -> None:
    """Of versions that are all alike the first by reference are named, whatever their order of arrival."""
    features = star("x", "y").model_dump()
    for number in (3, 1, 4, 0, 2):
        store.add([pattern(f"p{number}", features=features)], BY_ANN)
    assert named(store, Ask(signature=signature(star("x", "y")), limit=2)) == ["p0@1.0.0", "p1@1.0.0"]


def test_a_search_sees_every_change(opening: Opening) -> None:
    """What another connection added or moved counts at once, and entries come as they are now."""
    first, second = opening(), opening()
    ask = Ask(signature=signature(star("x", "y")), conditions=Conditions(statuses=(Status.GOLDEN,)))
    assert named(first, ask) == []
    second.add([pattern("a", features=star("x", "y").model_dump())], BY_ANN)
    assert named(first, ask) == ["a@1.0.0"]
    second.rate("a", "1.0.0", SCORES, BY_ANN)
    assert first.search(ask)[0].entry.scores == SCORES
    second.move("a", "1.0.0", Status.DEPRECATED, BY_ANN)
    assert named(first, ask) == []


def test_the_revision_is_the_sum_of_what_is_there(store: PatternStore) -> None:
    """Every change of contents, state or scores moves it, and two ways to one bank give one revision."""
    assert store.revision() == EMPTY
    store.add([pattern("a"), pattern("b")], BY_ANN)
    store.rate("a", "1.0.0", SCORES, BY_ANN)
    store.move("b", "1.0.0", Status.DEPRECATED, BY_ANN)
    assert store.revision() == revision_of(
        (
            term("a", "1.0.0", pattern("a").digest, "golden", SCORES.model_dump_json()),
            term("b", "1.0.0", pattern("b").digest, "deprecated", ""),
        )
    )
    store.keep_note("k", "v")
    before = store.revision()
    store.add([pattern("a")], BY_ANN)
    assert store.revision() == before


def test_holders_follow_what_is_reissued(store: PatternStore) -> None:
    """A word counts once a version, and no longer when the contents that held it are replaced."""
    store.add([pattern("a", description="gem gem"), pattern("b", description="gem")], BY_ANN, origin="shipped")
    gem, stone = (text_vector(word)[0][0] for word in ("gem", "stone"))
    assert store.holders([gem, stone]) == {gem: 2, stone: 0}
    store.add([pattern("a", description="stone")], BY_ANN, origin="shipped", reissue=True)
    assert store.holders([gem, stone]) == {gem: 1, stone: 1}
    assert store.size() == 2


OLD_COUNTS = """
DROP TABLE holders;
DROP TABLE totals;
CREATE VIRTUAL TABLE version_text USING fts5 (text);
PRAGMA user_version = 1;
"""


def test_a_file_of_the_first_release_is_brought_up_to_date(tmp_path: Path) -> None:
    """Counts and revision come out as if they had been kept from the start, and nothing else changes."""
    path = tmp_path / "bank.sqlite"
    with EmbeddedStore(path) as store:
        store.add([pattern("a", description="gem"), pattern("b", status="draft")], BY_ANN)
        store.rate("a", "1.0.0", SCORES, BY_ANN)
        before = (store.revision(), store.entries(), store.size(), store.holders(word_features("gem a b")))
    connection = sqlite3.connect(path)
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table not in ("notes", "contents", "versions", "capabilities", "history", "holders", "totals"):
            connection.execute(f"DROP TABLE {table}")
    connection.executescript(OLD_COUNTS)
    connection.close()
    with EmbeddedStore(path) as store:
        assert (store.revision(), store.entries(), store.size(), store.holders(word_features("gem a b"))) == before
        assert [entry.kind for entry in store.history("a", "1.0.0")] == ["added", "scores"]


def test_a_file_without_lessons_is_brought_up_to_date(tmp_path: Path) -> None:
    """What it holds stays, its revision too, and it can learn."""
    path = tmp_path / "bank.sqlite"
    with EmbeddedStore(path) as store:
        store.add([pattern("a"), pattern("b")], BY_ANN)
        store.record(application("a"), run("r1", "a", "a@1.0.0", failures=(failure("a@1.0.0"),)))
        before = (store.revision(), store.entries(), store.runs(), store.applications())
    connection = sqlite3.connect(path)
    for table in ("lesson_changes", "lesson_evidence", "lessons", "proposals"):
        connection.execute(f"DROP TABLE {table}")
    body = connection.execute("SELECT body FROM runs").fetchone()[0]
    connection.execute("UPDATE runs SET body = ?", (without(body, "applied", "family", "flaky", "signature"),))
    connection.executescript("PRAGMA user_version = 2;")
    connection.close()
    with EmbeddedStore(path) as store:
        assert (store.revision(), store.entries(), store.runs(), store.applications()) == before
        assert (store.lessons(), store.proposals()) == ((), ())
        assert store.keep_lessons([record()]) == 1
    with EmbeddedStore(path, read_only=True) as store:
        assert store.lessons() == (record(),)


def without(body: str, *names: str) -> str:
    """A run as an older release wrote it."""
    written = json.loads(body)
    for part in (written, *written["failures"]):
        for name in names:
            part.pop(name, None)
    return json.dumps(written)
