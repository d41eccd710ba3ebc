"""A part of the evaluation: what is renamed, translated or changed is found, and what nobody has is not."""

from collections import Counter

import pytest

from benchmarks.retrieval.cases import Case, cases
from benchmarks.retrieval.evaluation import ask
from benchmarks.retrieval.fragments import read_application, renamed, spec_texts, translated
from benchmarks.retrieval.measures import (
    Outcome,
    abstention_precision,
    abstention_recall,
    among_five,
    answered,
    gain,
    interval,
    kendall,
    mean,
    reciprocal,
)
from benchmarks.retrieval.remembered import Asking, drawn, memory, outcomes
from benchmarks.retrieval.shelf import Shelf
from patternbank.embeddings import signature, similarity
from patternbank.retrieval.applications import ALIKE

SHARE = 5


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module")
def asked(shelf: Shelf) -> tuple[Case, ...]:
    return cases(shelf)


def test_there_are_enough_queries_of_every_kind(asked: tuple[Case, ...]) -> None:
    """More than 300 in all; ids are distinct, and every right answer is a pattern of the shelf."""
    counts = Counter(case.kind for case in asked)
    assert len(asked) > 300
    assert len({case.id for case in asked}) == len(asked)
    assert min(counts.values()) >= 20
    assert {kind for kind in counts if all(not case.right for case in asked if case.kind == kind)} == {"no answer"}


def test_the_targets_hold_on_a_part(shelf: Shelf, asked: tuple[Case, ...]) -> None:
    """Every fifth query: recall at 1 by kind and over all, and abstention."""
    with shelf.bank() as bank:
        outcomes = ask(bank, asked[::SHARE])
    for kind in ("renamed", "translated"):
        each = [outcome for outcome in outcomes if outcome.kind == kind]
        assert len(each) >= 20
        assert mean(each, answered).value >= 0.95
    assert mean(outcomes, answered).value >= 0.9
    assert abstention_precision(outcomes).value >= 0.95
    assert abstention_recall(outcomes).value >= 0.9


def test_an_application_is_known_by_its_structure() -> None:
    """Renamed or translated it is the same, and no other spec is as near."""
    texts = spec_texts()
    signed = {name: signature(drawn(read_application(text))) for name, text in texts.items()}
    for name in ("ecommerce_api", "rentals_api"):
        for other in (renamed(texts[name]), translated(texts[name])):
            assert signature(drawn(read_application(other))) == signed[name]
        assert max(similarity(signed[name], each) for key, each in signed.items() if key != name) < 0.9


def test_a_single_entity_is_known_after_a_change() -> None:
    """One field of few is much of its structure: it is found because nothing else is nearly as like it."""
    text = spec_texts()["simple_task_api"]
    changed = text.replace("| due ", "| effort | integer | |\n| due ", 1)
    assert changed != text
    found = outcomes([Asking("changed", drawn(read_application(changed)), frozenset({"simple_task_api"}))], memory())
    assert found[0].names[0] == "simple_task_api"
    assert found[0].scores[0] < ALIKE
    assert not found[0].abstained


def test_the_measures_say_what_they_mean() -> None:
    """Worked by hand: the right ones came second and third; one abstention was wrong and one right."""
    late = Outcome("k", frozenset({"b", "c"}), ("a", "b", "c"), (0.9, 0.8, 0.7), abstained=False)
    silent = Outcome("k", frozenset({"a"}), ("a",), (0.1,), abstained=True)
    nothing = Outcome("k", frozenset(), ("a",), (0.1,), abstained=True)
    assert (answered(late), among_five(late), reciprocal(late)) == (0, 1, 0.5)
    assert gain(late) == pytest.approx((0.6309 + 0.5) / (1 + 0.6309), abs=1e-4)
    assert answered(silent) == 0
    assert abstention_precision([late, silent, nothing]).value == 0.5
    assert abstention_recall([late, silent, nothing]).value == 1
    assert kendall("abcd", "abcd") == 1
    assert kendall("abcd", "dcba") == -1
    assert kendall("abc", "acb") == pytest.approx(1 / 3)


def test_intervals_hold_their_mean_and_are_the_same_each_time() -> None:
    """A fixed seed: equal bounds, around the mean."""
    first = interval([0, 1, 1, 1])
    assert first == interval([0, 1, 1, 1])
    assert first.low < first.value == 0.75 < first.high
