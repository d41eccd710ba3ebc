"""The runner against a small application on a real PostgreSQL."""

import time

import pytest

from devmatrix.artifacts.scenarios import Arrival, DatabaseCheck, StoredValue
from devmatrix.artifacts.terms import Anything, Captured, Items, Joined, Near, Record
from devmatrix.runtime.smoke import Target, ask
from devmatrix.runtime.sql import connected
from tests.runtime.smoke.conftest import OpenShop
from tests.runtime.smoke.scenes import call, captured, given, key, scene, shown, suite, thing

pytestmark = pytest.mark.needs_server

NEW = Record(members=(("label", given("new")), ("price", given("2.00"))))
MADE = Record(
    members=(("id", Anything(type="uuid")), ("label", given("new")), ("price", given("2.00")), ("made", Near()))
)


def count(target: Target, table: str = "things") -> int:
    assert target.database_url is not None
    with connected(target.database_url) as session:
        return int(session.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"])


def test_a_stored_row_is_found_as_predicted(open_shop: OpenShop) -> None:
    """Quotes, decimals and times of a stored row come back as the terms say."""
    scenario = scene("read", call("GET", f"/things/{key(1)}", 200, answer=shown(1)), rows=(thing(1),))
    (verdict,) = ask(suite(scenario), open_shop())
    assert (verdict.verdict, verdict.expected, verdict.actual, verdict.reason) == ("passed", "200", "200", None)
    assert verdict.exchanges[0].status == 200


def test_a_wrong_answer_is_red_with_everything_one_needs(open_shop: OpenShop) -> None:
    """A red verdict names the place, both values, the request, the answer and the log."""
    scenario = scene("read", call("GET", f"/things/{key(1)}", 200, answer=shown(1, "quiet")), rows=(thing(1, "quiet"),))
    (verdict,) = ask(suite(scenario), open_shop(wrong=True), log=lambda: "last line")
    assert (verdict.verdict, verdict.cause, verdict.log) == ("failed", "answer", "last line")
    assert [(d.place, d.expected, d.actual) for d in verdict.differences] == [("/label", '"quiet"', '"QUIET"')]
    assert verdict.exchanges[0].response is not None


def test_a_wrong_status_is_red(open_shop: OpenShop) -> None:
    """The status counts even where the body is not looked at."""
    (verdict,) = ask(suite(scene("absent", call("GET", f"/things/{key(9)}", 200))), open_shop())
    assert (verdict.verdict, verdict.cause, verdict.expected, verdict.actual) == ("failed", "status", "200", "404")


def test_captures_lead_to_the_next_call(open_shop: OpenShop) -> None:
    """What one answer holds stands in the address of the next call and in what the header should be."""
    path = Joined(parts=(given("/things/"), Captured(name="id")))
    first = call("POST", "/things", 201, NEW, answer=MADE, captures=captured("id", "/id"))
    check = DatabaseCheck(
        schema_name="public",
        table="things",
        where=(StoredValue(column="id", type="uuid", value=Captured(name="id")),),
        columns=("label", "price", "made"),
        expected=((given("new"), given("2.00"), Near()),),
    )
    steps = (first, call("GET", path, 200, answer=MADE, role="observe"), check, call("DELETE", path, 204))
    (verdict,) = ask(suite(scene("make", *steps)), open_shop())
    assert verdict.reason is None
    assert [exchange.status for exchange in verdict.exchanges] == [201, 200, 204]


def test_a_check_of_the_database_can_be_red(open_shop: OpenShop) -> None:
    """A row that is not there is a failed verdict."""
    where = (StoredValue(column="id", type="uuid", value=given(key(5))),)
    check = DatabaseCheck(
        schema_name="public", table="things", where=where, columns=("label",), expected=((given("x"),),)
    )
    (verdict,) = ask(suite(scene("look", check)), open_shop())
    assert (verdict.verdict, verdict.cause) == ("failed", "database")


def test_raw_bytes_travel_as_they_are(open_shop: OpenShop) -> None:
    """What is no JSON is sent all the same."""
    (verdict,) = ask(suite(scene("raw", call("POST", "/things", 400, raw="{\xff"))), open_shop())
    assert verdict.verdict == "passed"


def test_lonely_scenarios_see_their_rows_alone(open_shop: OpenShop) -> None:
    """A scenario over a whole collection finds exactly its rows, whatever the others put in before."""
    everything = Record(
        members=(("items", Items(items=(shown(3, "c"), shown(2, "b")), ordered=False)), ("total", given(2)))
    )
    alone = scene(
        "list", call("GET", "/things", 200, answer=everything), rows=(thing(2, "b"), thing(3, "c")), alone=True
    )
    other = scene("read", call("GET", f"/things/{key(2)}", 200), rows=(thing(2),))
    verdicts = ask(suite(alone, other), open_shop())
    assert [(verdict.id, verdict.reason) for verdict in verdicts] == [("list", None), ("read", None)]


def test_rows_come_in_between_calls(open_shop: OpenShop) -> None:
    """What arrives is not there before and is there after; what does not fit is red."""
    read = call("GET", f"/things/{key(4)}", 200, answer=shown(4))
    comes = scene("comes", call("GET", f"/things/{key(4)}", 404), Arrival(rows=(thing(4),)), read)
    bad = scene("bad", Arrival(rows=(thing(5, price="99999999999"),)), call("GET", "/things", 200))
    verdicts = ask(suite(comes, bad), open_shop())
    assert [(verdict.verdict, verdict.cause) for verdict in verdicts] == [("passed", None), ("failed", "rows")]
    assert ask(suite(comes), Target(url=open_shop().url))[0].verdict == "skipped"


def test_rows_that_do_not_fit_are_a_red_verdict(open_shop: OpenShop) -> None:
    """A scenario whose rows the database refuses is red and says why; the others go on."""
    bad = scene("bad", call("GET", "/things", 200), rows=(thing(7, price="99999999999"),))
    good = scene("good", call("GET", f"/things/{key(8)}", 200), rows=(thing(8),))
    verdicts = ask(suite(bad, good), open_shop())
    assert [(verdict.verdict, verdict.cause) for verdict in verdicts] == [("failed", "rows"), ("passed", None)]


def test_an_application_that_is_not_there_is_red() -> None:
    """Nobody answers: every scenario is red, none is swallowed."""
    target = Target(url="http://127.0.0.1:9")
    verdicts = ask(suite(*(scene(str(number), call("GET", "/things", 200)) for number in range(20))), target)
    assert {(verdict.verdict, verdict.cause, verdict.actual) for verdict in verdicts} == {
        ("failed", "no answer", "no answer")
    }


def test_without_a_database_the_rest_is_named(open_shop: OpenShop) -> None:
    """Over HTTP alone only scenarios without rows are asked; the others are skipped with the reason."""
    target = Target(url=open_shop().url)
    rows = scene("rows", call("GET", f"/things/{key(1)}", 200), rows=(thing(1),))
    verdicts = ask(suite(rows, scene("absent", call("GET", f"/things/{key(1)}", 404))), target)
    assert [(verdict.verdict, verdict.reason) for verdict in verdicts] == [
        ("skipped", "needs the database"),
        ("passed", None),
    ]


def test_a_shared_database_is_left_as_it_was(open_shop: OpenShop) -> None:
    """Rows of ours and rows that refer to them are taken out; the rows of others stay, even where keys met."""
    target = open_shop(shared=True)
    assert target.database_url is not None
    with connected(target.database_url) as session:
        session.execute(f"INSERT INTO things VALUES ('{key(50)}', 'theirs', 1, now())")
    read = scene("read", call("GET", f"/things/{key(1)}", 200), rows=(thing(1),))
    clash = scene("clash", call("GET", f"/things/{key(50)}", 200), rows=(thing(50),))
    alone = scene("all", call("GET", "/things", 200), alone=True)
    late = scene("late", Arrival(rows=(thing(2),)), call("GET", f"/things/{key(2)}", 200))
    verdicts = ask(suite(read, clash, alone, late), target)
    assert [verdict.verdict for verdict in verdicts] == ["passed", "failed", "skipped", "passed"]
    with connected(target.database_url) as session:
        assert [str(row["id"]) for row in session.rows("SELECT id FROM things")] == [key(50)]


def test_a_hundred_scenarios_take_less_than_a_second(open_shop: OpenShop) -> None:
    """The runner keeps up: three hundred scenarios with a row and two calls each."""
    scenarios = [
        scene(str(n), *(call("GET", f"/things/{key(n)}", 200, answer=shown(n)) for _ in "ab"), rows=(thing(n),))
        for n in range(1, 301)
    ]
    target = open_shop()
    started = time.perf_counter()
    verdicts = ask(suite(*scenarios), target)
    assert {verdict.verdict for verdict in verdicts} == {"passed"}
    assert len(verdicts) / (time.perf_counter() - started) > 100
