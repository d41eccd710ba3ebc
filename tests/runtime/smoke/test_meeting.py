"""Calls that meet, and statements that are counted, on a real PostgreSQL."""

import time

import pytest

from devmatrix.artifacts.scenarios import Growth, Scenario, Together
from devmatrix.artifacts.terms import Items, Record
from devmatrix.runtime.smoke import Target, ask
from devmatrix.runtime.smoke.racing import PATIENCE_SECONDS
from devmatrix.runtime.sql import connected
from tests.runtime.smoke.conftest import OpenShop
from tests.runtime.smoke.scenes import call, given, key, scene, shown, suite, thing

pytestmark = pytest.mark.needs_server

THINGS = '"public"."things"'


def raised(*prices: str) -> Scenario:
    """A thing for 1.50, raised by one at the same time for each of the prices that are expected."""
    path = f"/things/{key(1)}"
    calls = tuple(call("POST", f"{path}/raise", 200, answer=shown(1, price=price)) for price in prices)
    look = call("GET", path, 200, answer=shown(1, price="3.50"), role="observe")
    return scene("raised", Together(calls=calls, locks=(THINGS,)), look, rows=(thing(1),), alone=True)


def listed(*numbers: int) -> Record:
    """What the list shows of these things."""
    items = Items(items=tuple(shown(number) for number in numbers), ordered=False)
    return Record(members=(("items", items), ("total", given(len(numbers)))))


def grown() -> Scenario:
    """The list over one thing, and over four."""
    few, many = (call("GET", "/things", 200, answer=listed(*numbers)) for numbers in ((1,), (1, 2, 3, 4)))
    step = Growth(few=few, rows=(thing(2), thing(3), thing(4)), many=many, watched=(THINGS, '"public"."parts"'))
    return scene("grown", step, rows=(thing(1),), alone=True)


def relations(target: Target) -> list[tuple[str, str]]:
    """Everything in the schema, with its kind."""
    assert target.database_url is not None
    query = "SELECT relname::text, relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    with connected(target.database_url) as session:
        return [(row["relname"], row["relkind"]) for row in session.rows(query)]


@pytest.mark.parametrize("prices", [("2.50", "3.50"), ("3.50", "2.50")])
def test_which_call_gets_which_answer_is_open(open_shop: OpenShop, prices: tuple[str, str]) -> None:
    """An application that takes the row first ends as one call after the other, in whatever order they are named."""
    started = time.perf_counter()
    (verdict,) = ask(suite(raised(*prices)), open_shop())
    assert (verdict.verdict, verdict.reason) == ("passed", None)
    assert [exchange.status for exchange in verdict.exchanges] == [200, 200, 200]
    assert time.perf_counter() - started < PATIENCE_SECONDS, "both came to the lock, so nobody ran out of patience"


def test_a_lost_update_is_seen_each_time(open_shop: OpenShop) -> None:
    """An application that decides upon what it read before is red, and not by luck."""
    target = open_shop(hasty=True)
    for _ in range(5):
        (verdict,) = ask(suite(raised("2.50", "3.50")), target)
        assert (verdict.verdict, verdict.cause) == ("failed", "together")
        assert (verdict.expected, verdict.actual) == ("200 and 200", "200 and 200")
        assert [(d.place, d.expected, d.actual) for d in verdict.differences] == [("200: /price", '"3.50"', '"2.50"')]


def test_what_is_wrong_after_calls_met_is_wrong_with_how_they_met(open_shop: OpenShop) -> None:
    """Rows that are not as after one call and then the other are the race's, too."""
    (verdict,) = ask(suite(raised("2.50")), open_shop())
    assert (verdict.verdict, verdict.cause) == ("failed", "together")
    assert [(d.place, d.actual) for d in verdict.differences] == [("/price", '"2.50"')]


def test_calls_that_take_no_lock_are_not_waited_for(open_shop: OpenShop) -> None:
    """Answers end the waiting as locks do."""
    calls = tuple(call("GET", f"/things/{key(1)}", 200, answer=shown(1)) for _ in range(2))
    scenario = scene("read", Together(calls=calls, locks=(THINGS,)), rows=(thing(1),), alone=True)
    started = time.perf_counter()
    (verdict,) = ask(suite(scenario), open_shop())
    assert verdict.verdict == "passed"
    assert time.perf_counter() - started < PATIENCE_SECONDS


def test_a_list_that_reads_rows_one_by_one_is_seen(open_shop: OpenShop) -> None:
    """Four rows take five statements where one takes two; a list that asks once is green."""
    good, bad = (ask(suite(grown()), open_shop(chatty=chatty))[0] for chatty in (False, True))
    assert (good.verdict, good.expected, good.actual) == ("passed", "1 readings", "1 readings")
    assert (bad.verdict, bad.cause, bad.expected, bad.actual) == ("failed", "growth", "2 readings", "5 readings")


def test_what_counts_is_taken_away_again(open_shop: OpenShop) -> None:
    """The tables are what they were, also where the scenario is red."""
    target = open_shop(chatty=True)
    before = relations(target)
    ask(suite(grown()), target)
    assert relations(target) == before


def test_tables_of_others_are_neither_held_nor_replaced(open_shop: OpenShop) -> None:
    """On a shared database both kinds are skipped, each with its reason."""
    verdicts = ask(suite(raised("2.50", "3.50"), grown()), open_shop(shared=True))
    assert [verdict.verdict for verdict in verdicts] == ["skipped", "skipped"]
    assert ["holds tables" in str(verdicts[0].reason), "before tables" in str(verdicts[1].reason)] == [True, True]
