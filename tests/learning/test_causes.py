"""One red scenario has one cause, and a table decides it."""

from pathlib import Path
from typing import Any, get_args

import pytest

from devmatrix.artifacts.diagnosis import Cause, Change, Diagnosis
from devmatrix.artifacts.scenarios import DatabaseCheck
from devmatrix.learning.causes import DECISIONS, cause_of, main_cause
from tests.learning.red import call, operation, red, scenario, seen
from tests.scenarios.shop import depot

PAGE = Path(__file__).parents[2] / "docs" / "learning.md"
CHANGED = (Change(table="t", key="1", column="c", before="1", after="2"),)
CASES: tuple[tuple[Cause, str, int, int | None, dict[str, Any]], ...] = (
    ("START_FAILURE", "start", 200, 200, {"failure": "start", "role": "start"}),
    ("MISSING_PRECONDITION", "status", 200, 404, {"missing": ("t: a row",)}),
    ("LOST_UPDATE", "together", 200, 200, {"role": "together"}),
    ("ACCESS_VIOLATION", "status", 401, 200, {}),
    ("ACCESS_VIOLATION", "status", 200, 403, {}),
    ("WRONG_STATUS_CODE", "status", 409, 201, {"changes": CHANGED, "beyond": ("t.c",)}),
    ("WRONG_STATUS_CODE", "status", 201, 500, {"absent": ("t: a row that comes",)}),
    ("WRONG_STATUS_CODE", "no answer", 201, None, {}),
    ("WRONG_STATUS_CODE", "preparation", 201, 409, {"role": "prepare"}),
    ("WRONG_STATUS_CODE", "rows", 201, 201, {"role": "rows"}),
    ("UNEXPECTED_SIDE_EFFECT", "answer", 409, 409, {"changes": CHANGED, "beyond": ("t.c",), "role": "observe"}),
    ("UNEXPECTED_SIDE_EFFECT", "answer", 200, 200, {"beyond": ("t.c",), "role": "observe"}),
    ("MISSING_SIDE_EFFECT", "answer", 200, 200, {"absent": ("t.c",), "role": "observe"}),
    ("MISSING_SIDE_EFFECT", "answer", 200, 200, {"absent": ("t.c",), "beyond": ("t.d",)}),
    ("MISSING_SIDE_EFFECT", "database", 200, 200, {"role": "database"}),
    ("PERFORMANCE", "growth", 200, 200, {}),
    ("RESPONSE_MISMATCH", "answer", 200, 200, {"places": ("/label",)}),
)


@pytest.mark.parametrize(("cause", "failure", "expected", "actual", "more"), CASES)
def test_the_first_row_that_holds_decides(
    cause: Cause, failure: str, expected: int, actual: int | None, more: dict[str, Any]
) -> None:
    """What was predicted, answered and read decides, each row of the table once at least."""
    one = scenario(operation("update"), call(operation("update"), expected))
    observation = seen(one, **{"failure": failure, "expected": expected, "actual": actual, **more})
    assert cause_of(red(one, failure, statuses=(expected, actual)), observation, one, depot()) == cause


def test_a_look_that_crashes_over_a_right_row_is_a_wrong_status() -> None:
    """The call that only looks is to blame when the database holds what is predicted, and never when it does not."""
    one = scenario(operation("update"), call(operation("update"), 200), call(operation("read"), 200, "observe"))
    verdict = red(one, "status", statuses=(200, 404))
    right = seen(one, "observe", failure="status", expected=200, actual=200)
    wrong = right.model_copy(update={"absent": ("t: a row that comes",)})
    assert cause_of(verdict, right, one, depot()) == "WRONG_STATUS_CODE"
    assert cause_of(verdict, wrong, one, depot()) == "MISSING_SIDE_EFFECT"


@pytest.mark.parametrize("place", ["/items", "/total", "/items/1", "/items/0/id", "/next"])
def test_another_selection_of_rows_is_a_query_that_is_wrong(place: str) -> None:
    """Members, their order and number, and the page belong to the query, whichever call shows them."""
    lists = operation("list")
    for one in (
        scenario(lists, call(lists, 200), kind="paging"),
        scenario(lists, call(operation("update"), 200), call(lists, 200, "observe")),
    ):
        observation = seen(one, "act", failure="answer", places=(place,), expected=200, actual=200)
        assert cause_of(red(one, "answer", place), observation, one, depot()) == "QUERY_MISMATCH"
        assert cause_of(red(one, "answer", place), None, one, depot()) == "QUERY_MISMATCH"


@pytest.mark.parametrize("place", ["/items/0/label", "/items/0/slots/1", "media type", "header Link"])
def test_the_right_rows_shown_otherwise_are_a_wrong_response(place: str) -> None:
    """How a member looks is no matter of the query."""
    one = scenario(operation("list"), call(operation("list"), 200))
    observation = seen(one, failure="answer", places=(place,), expected=200, actual=200)
    assert cause_of(red(one, "answer", place), observation, one, depot()) == "RESPONSE_MISMATCH"


def test_what_is_green_again_has_no_cause() -> None:
    """Nothing is said of a failure that does not come again."""
    one = scenario(operation("update"), call(operation("update"), 200))
    assert cause_of(red(one, "status", statuses=(200, 409)), seen(one, again=False), one, depot()) is None


def test_a_verdict_alone_decides_what_needs_no_reading() -> None:
    """Without a replay, statuses, meetings and checks of the database still tell."""
    one = scenario(operation("update"), call(operation("update"), 200))
    check = DatabaseCheck(schema_name="s", table="t", where=(), columns=(), expected=())
    looking = scenario(operation("update"), call(operation("update"), 200), check)
    assert cause_of(red(one, "status", statuses=(200, 409)), None, one, depot()) == "WRONG_STATUS_CODE"
    assert cause_of(red(one, "together"), None, one, depot()) == "LOST_UPDATE"
    assert cause_of(red(one, "rows"), None, one, depot()) == "WRONG_STATUS_CODE"
    assert cause_of(red(looking, "database"), None, looking, depot()) == "MISSING_SIDE_EFFECT"
    assert cause_of(red(one, "start"), None, None, depot()) == "START_FAILURE"


def test_the_commonest_cause_is_the_main_one() -> None:
    """Of two causes that are as common, the one that stands first in the table; none without any."""

    def diagnosed(*causes: Cause | None) -> list[Diagnosis]:
        return [Diagnosis(scenario="s", kind="happy", operation="o", cause=cause) for cause in causes]

    assert main_cause(diagnosed("RESPONSE_MISMATCH", "RESPONSE_MISMATCH", "LOST_UPDATE")) == "RESPONSE_MISMATCH"
    assert main_cause(diagnosed("RESPONSE_MISMATCH", "WRONG_STATUS_CODE")) == "WRONG_STATUS_CODE"
    assert main_cause(diagnosed(None, None)) is None


def test_the_page_shows_the_table() -> None:
    """Row by row, in the order in which they decide, each with an example."""
    rows = [line.split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    shown = [(cause.strip("| `"), words) for cause, words, example in rows if example.strip(" |")]
    assert shown == [(decision.cause, decision.words) for decision in DECISIONS]


def test_every_cause_has_a_row_and_the_last_row_always_holds() -> None:
    """No red scenario is left without a cause, and no cause is only a word."""
    assert {decision.cause for decision in DECISIONS} == set(get_args(Cause))
    assert DECISIONS[-1].cause == "RESPONSE_MISMATCH"
