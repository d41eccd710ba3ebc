"""What red scenarios show when they are played again on a real PostgreSQL."""

import pytest

from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.predictions import Around, Prediction
from devmatrix.artifacts.scenarios import DatabaseCheck, Scenario, StoredRow, StoredValue, Together
from devmatrix.artifacts.terms import Anything, Near, Record
from devmatrix.runtime.smoke import Target, watch
from devmatrix.runtime.smoke.watching import in_turn, spread
from tests.runtime.smoke.conftest import OpenShop
from tests.runtime.smoke.scenes import TABLES, call, given, key, scene, shown, suite, thing

pytestmark = pytest.mark.needs_server

KEYS = ((TABLES[0], ("id",)), (TABLES[1], ("id",)))
NEW = Record(members=(("label", given("new")), ("price", given("2.00"))))
NOTHING = DatabaseCheck(
    schema_name="public", table="things", where=(), columns=("label",), expected=((given("never"),),)
)


def made(label: str = "new") -> StoredRow:
    """The row that a creation makes, as a model knows it."""
    values = (("id", "uuid", Anything(type="uuid")), ("label", "text", given(label)), ("made", "timestamptz", Near()))
    columns = tuple(StoredValue(column=column, type=kind, value=value) for column, kind, value in values)
    return StoredRow(schema_name="public", table="things", values=columns)


def watched(
    scenario: Scenario, target: Target, before: tuple[StoredRow, ...], after: tuple[StoredRow, ...]
) -> Observation:
    """What the only scenario shows, where the first step is the judged one."""
    prediction = Prediction(scenario=scenario.id, acts=(Around(step=0, before=before, after=after),), keys=KEYS)
    (found,) = watch(suite(scenario), [scenario.id], target, {scenario.id: prediction})
    return found


def test_what_is_green_again_is_not_believed(open_shop: OpenShop) -> None:
    """One green replay is enough."""
    found = watched(scene("read", call("GET", f"/things/{key(1)}", 200), rows=(thing(1),)), open_shop(), (), ())
    assert (found.again, found.times) == (False, 1)


def test_a_wrong_status_comes_with_what_the_call_did(open_shop: OpenShop) -> None:
    """The status that was predicted and the one that came, and the row that went as predicted."""
    scenario = scene("gone", call("DELETE", f"/things/{key(1)}", 200), rows=(thing(1),))
    found = watched(scenario, open_shop(), (thing(1),), ())
    assert (found.again, found.times, found.role, found.expected, found.actual) == (True, 2, "act", 200, 204)
    assert [(change.table, change.key, change.before, change.after) for change in found.changes] == [
        ("public.things", key(1), "there", None)
    ]
    assert (found.absent, found.beyond, found.missing) == ((), (), ())


def test_a_row_that_nobody_put_in_is_missing(open_shop: OpenShop) -> None:
    """The model needs it, the scenario does not bring it, and the reading does not find it."""
    found = watched(scene("read", call("GET", f"/things/{key(1)}", 200)), open_shop(), (thing(1),), (thing(1),))
    assert found.missing == ("public.things: a row",)


def test_a_value_that_nobody_put_in_is_missing(open_shop: OpenShop) -> None:
    """The row is there, with another value than the model needs."""
    scenario = scene("read", call("GET", f"/things/{key(1)}", 200, answer=shown(1)), rows=(thing(1, "other"),))
    assert watched(scenario, open_shop(), (thing(1),), (thing(1),)).missing == ("public.things.label",)


def test_a_row_that_was_put_in_is_not_missing_when_the_table_keeps_it_otherwise(open_shop: OpenShop) -> None:
    """What a table does to a value is no fault of the rows of the scenario."""
    row = thing(1, price="1.2345")
    found = watched(scene("read", call("GET", f"/things/{key(1)}", 404), rows=(row,)), open_shop(), (row,), (row,))
    assert (found.again, found.missing) == (True, ())


def test_rows_that_the_database_does_not_take_are_told_from_missing_ones(open_shop: OpenShop) -> None:
    """The rows are as the model has them, and the table refuses them."""
    row = thing(1, price="much")
    found = watched(scene("read", call("GET", f"/things/{key(1)}", 200), rows=(row,)), open_shop(), (row,), (row,))
    assert found.role == "rows"


def test_a_change_that_did_not_come_as_predicted_is_absent(open_shop: OpenShop) -> None:
    """A made row is known by what it holds; where it holds something else, the column is named."""
    scenario = scene("make", call("POST", "/things", 201, NEW), NOTHING)
    found = watched(scenario, open_shop(), (), (made("old"),))
    assert (found.role, found.absent, found.beyond) == ("database", ("public.things.label",), ())
    assert (found.expected, found.actual) == (201, 201)


def test_a_row_that_does_not_come_is_absent(open_shop: OpenShop) -> None:
    """The model has two rows more, and one came."""
    scenario = scene("make", call("POST", "/things", 201, NEW), NOTHING)
    found = watched(scenario, open_shop(), (), (made(), made()))
    assert (found.absent, found.beyond) == (("public.things: a row that comes",), ())


def test_what_changes_without_prediction_is_beyond(open_shop: OpenShop) -> None:
    """A row comes, or goes, and the model knows nothing of it."""
    coming = scene("make", call("POST", "/things", 201, NEW), NOTHING)
    going = scene("gone", call("DELETE", f"/things/{key(1)}", 204), NOTHING, rows=(thing(1),))
    assert watched(coming, open_shop(), (), ()).beyond == ("public.things: a row that comes",)
    assert watched(going, open_shop(), (thing(1),), (thing(1),)).beyond == ("public.things: a row that goes",)


def test_what_comes_after_the_judged_call_unasked_is_beyond(open_shop: OpenShop) -> None:
    """A later step that changes something is seen too."""
    later = call("POST", "/things", 201, NEW, role="observe")
    scenario = scene("read", call("GET", f"/things/{key(1)}", 200), later, NOTHING, rows=(thing(1),))
    assert watched(scenario, open_shop(), (thing(1),), (thing(1),)).beyond == ("public.things: a row that comes",)


def test_an_answer_that_differs_over_a_right_database_is_stale(open_shop: OpenShop) -> None:
    """The place is named, and nothing is said of the database."""
    scenario = scene("read", call("GET", f"/things/{key(1)}", 200, answer=shown(1, "quiet")), rows=(thing(1, "quiet"),))
    rows = (thing(1, "quiet"),)
    found = watched(scenario, open_shop(wrong=True), rows, rows)
    assert (found.stale, found.absent, found.beyond) == (("/label",), (), ())


def test_calls_that_go_wrong_one_by_one_are_no_race(open_shop: OpenShop) -> None:
    """The same calls are made in turn first; only where that is green, they are made together."""
    calls = (call("DELETE", f"/things/{key(1)}", 204), call("DELETE", f"/things/{key(1)}", 404))
    wrong = scene("race", Together(calls=calls, locks=(TABLES[0],)), rows=(thing(1),))
    right = scene("race", Together(calls=(calls[0], calls[0]), locks=(TABLES[0],)), rows=(thing(1),))
    seen = watched(wrong, open_shop(), (thing(1),), ())
    assert (seen.again, seen.role, seen.expected, seen.actual) == (True, "act", 404, 204)
    assert watched(right, open_shop(), (thing(1),), ()).again is False


def test_nothing_is_watched_where_others_live(open_shop: OpenShop) -> None:
    """Tables of others cannot be emptied."""
    scenario = scene("read", call("GET", f"/things/{key(1)}", 200))
    assert watch(suite(scenario), ["read"], open_shop(shared=True), {}) == ()


def test_those_that_are_watched_are_spread() -> None:
    """Of each operation and kind one, before any has a second."""
    of_one = [scene(f"a{number}", call("GET", "/", 200)) for number in range(4)]
    other = scene("b", call("GET", "/", 200)).model_copy(update={"operation": "other"})
    assert [item.id for item in spread([*of_one, other], 3)] == ["a0", "a1", "b"]


def test_calls_made_together_can_be_made_in_turn() -> None:
    """The steps around them stay."""
    calls = (call("GET", "/", 200), call("GET", "/", 404))
    scenario, count = in_turn(scene("race", Together(calls=calls, locks=()), NOTHING))
    assert (scenario.steps, count) == ((*calls, NOTHING), 2)
