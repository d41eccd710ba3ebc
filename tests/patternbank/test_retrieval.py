"""What is asked is found for the right reasons, or not at all."""

import pytest

from patternbank.bank import Bank
from patternbank.embeddings import Graph
from patternbank.lifecycle import Change, Scores
from patternbank.patterns import PatternVersion
from patternbank.retrieval import Query
from patternbank.stores.embedded import EmbeddedStore
from tests.patternbank.shelves import pattern, star

BY_ANN = Change(by="ann", why="a reason", replacement="none")


def bank(*patterns: PatternVersion) -> Bank:
    """A bank in memory."""
    store = EmbeddedStore()
    store.add(patterns, BY_ANN)
    return Bank(store)


def test_structure_decides_between_variants() -> None:
    """The pattern made for the structure wins; names play no part."""
    plain = pattern("plain", capability="do", features=star("operation", "insert").model_dump())
    guarded = pattern("guarded", capability="do", features=star("operation", "insert", "guard").model_dump())
    with bank(plain, guarded) as opened:
        with_guard = opened.rank(Query(capability="do", graph=star("operation", "insert", "guard", "guard")))
        without = opened.rank(Query(capability="do", graph=star("operation", "insert")))
    assert with_guard.best is not None
    assert without.best is not None
    assert (with_guard.best.pattern, without.best.pattern) == ("guarded@1.0.0", "plain@1.0.0")
    assert without.best.score == 1.0
    assert [leg for leg, _ in without.best.legs] == ["alignment", "structure"]
    assert "provides do" in without.best.reasons
    assert [candidate.name for candidate in with_guard.candidates] == ["guarded", "plain"]


def test_settings_decide_where_a_predicate_asks_for_them() -> None:
    """A predicate excludes; the reason names the setting."""
    optimistic = pattern("optimistic", capability="lock", when={"setting": {"locking": "optimistic"}})
    pessimistic = pattern("pessimistic", capability="lock", when={"setting": {"locking": ["pessimistic", None]}})
    with bank(optimistic, pessimistic) as opened:
        default = opened.rank(Query(capability="lock"))
        chosen = opened.rank(Query.model_validate({"capability": "lock", "settings": {"locking": "optimistic"}}))
    assert default.best is not None
    assert chosen.best is not None
    assert (default.best.name, chosen.best.name) == ("pessimistic", "optimistic")
    assert "the setting locking is optimistic" in chosen.best.reasons
    assert [(one.pattern, one.reason) for one in chosen.rejected] == [
        ("pessimistic@1.0.0", "the setting locking is 'optimistic'")
    ]


def test_hard_conditions_are_never_outweighed() -> None:
    """State, stack and scores exclude, and say so."""
    with bank(
        pattern("a", capability="do", status="draft"),
        pattern("b", capability="do", stack=["x", "y"]),
        pattern("c", capability="do"),
    ) as opened:
        opened.store.rate("c", "1.0.0", Scores(readiness=0.5, coverage=1, security=1, reliability=1), BY_ANN)
        strict = opened.rank(Query(capability="do", stack=("x",), min_score=0.6))
        loose = opened.rank(Query(capability="do", production_ready=False))
    assert strict.best is None
    assert [(one.pattern, one.reason) for one in strict.rejected] == [
        ("a@1.0.0", "it is draft"),
        ("b@1.0.0", "needs y in the stack"),
        ("c@1.0.0", "its least score is 0.50, below 0.60"),
    ]
    assert strict.reason == "nothing that provides do fits; a@1.0.0: it is draft"
    assert [candidate.name for candidate in loose.candidates] == ["a", "b", "c"]


def test_the_newest_version_that_fits_counts() -> None:
    """An older version stands in only where the newer one does not fit."""
    old, new = pattern("a"), pattern("a", version="1.10.0", when={"lacks": ["old"]})
    with bank(old, pattern("a", version="1.9.0", status="draft"), new) as opened:
        newest = opened.rank(Query(capability="a"))
        older = opened.rank(Query(capability="a", facts=("old",)))
    assert newest.best is not None
    assert older.best is not None
    assert (newest.best.version, older.best.version) == ("1.10.0", "1.0.0")


def test_the_bank_abstains_rather_than_guess() -> None:
    """Nothing in common, or nothing there: no answer, and the reason."""
    with bank(pattern("a", capability="do", features=star("x", "y", "z").model_dump())) as opened:
        strange = opened.rank(Query(capability="do", graph=star("p", "q", "r")))
        absent = opened.rank(Query(capability="fly"))
        silent = opened.rank(Query(text="nothing of the kind"))
    assert (strange.best, absent.best, silent.best) == (None, None, None)
    assert strange.reason == "the best, a@1.0.0, scores 0.00, below 0.42"
    assert absent.reason == "no pattern provides fly"
    assert silent.reason == "no pattern answers the query"


def test_a_pattern_without_structure_fits_any_but_yields_to_a_made_one() -> None:
    """General patterns serve, special ones are preferred."""
    general = pattern("general", capability="do")
    special = pattern("special", capability="do", features=star("a", "b").model_dump())
    with bank(general, special) as opened:
        near = opened.rank(Query(capability="do", graph=star("a", "b")))
        far = opened.rank(Query(capability="do", graph=star("x", "y")))
    assert near.best is not None
    assert far.best is not None
    assert (near.best.name, far.best.name) == ("special", "general")


def test_a_capability_alone_is_answered() -> None:
    """Where there is no structure to compare, other words are no reason to abstain, and better ones decide."""
    worded = pattern("b", capability="do", description="with rate limits")
    with bank(pattern("a", capability="do"), worded) as opened:
        strange = opened.rank(Query(capability="do", graph=Graph(), text="nothing of the kind"))
        wished = opened.rank(Query(capability="do", text="limits"))
    assert strange.best is not None
    assert wished.best is not None
    assert (strange.best.name, wished.best.name) == ("a", "b")


def test_a_search_without_capability_uses_words_and_structure() -> None:
    """Either alone finds, both together agree."""
    words = pattern("w", description="keyset paging of long lists", features=star("list", "page").model_dump())
    with bank(words, *(pattern(f"p{number}") for number in range(5))) as opened:
        for query in (
            Query(text="keyset paging"),
            Query(graph=star("list", "page")),
            Query(text="paging", graph=star("list", "page")),
        ):
            best = opened.rank(query).best
            assert best is not None
            assert best.name == "w"


@pytest.mark.parametrize("times", [2])
def test_the_same_question_has_the_same_answer(times: int) -> None:
    """Ties are broken by name, whatever the order of arrival."""
    patterns = [pattern(f"p{number}", capability="do") for number in range(4)]
    answers = []
    for order in (patterns, patterns[::-1]) * times:
        with bank(*order) as opened:
            answers.append(opened.rank(Query(capability="do", graph=star("a"), text="do")))
    assert len(set(answers)) == 1
    assert answers[0].best is not None
    assert answers[0].best.name == "p0"
