"""Expressions mean what the language says, null included."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions import schema as shapes
from devmatrix.expressions.check import read_expression
from devmatrix.expressions.evaluation.evaluate import Context, Ref, Scope, evaluate
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import World
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Domain
from devmatrix.ir.values import ValueType

NOW = dt.datetime(2030, 1, 15, 12, 0, tzinfo=dt.UTC)
TYPES = {
    "n": ValueType(kind="integer", nullable=True),
    "m": ValueType(kind="integer", nullable=True),
    "d": ValueType(kind="decimal", nullable=True),
    "t": ValueType(kind="text", nullable=True),
    "b": ValueType(kind="boolean", nullable=True),
    "day": ValueType(kind="date", nullable=True),
    "at": ValueType(kind="datetime", nullable=True),
    "ns": ValueType(kind="list", item=ValueType(kind="integer", nullable=True)),
}


def value_of(text: str, **values: Any) -> Any:
    """What a text evaluates to; names without a value are null."""
    findings = Findings()
    scope = shapes.Scope(variables=TYPES)
    expression = read_expression(Fragment.at("test", 1, 1, text), scope, shapes.Schema(), findings)
    assert expression is not None, findings.ordered()
    empty = World(Schema(ApplicationIR(name="x", slug="x", domain=Domain(entities=()))))
    return evaluate(expression, Scope(dict.fromkeys(TYPES) | values, empty, empty), Context(NOW))


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
def test_comparisons_with_null_are_false(operator: str) -> None:
    """On either side, and on both; their opposite is true."""
    assert value_of(f"n {operator} 1") is False
    assert value_of(f"1 {operator} n") is False
    assert value_of(f"n {operator} m") is False
    assert value_of(f"!(n {operator} 1)") is True


def test_null_is_asked_for_by_name() -> None:
    """``== null``, ``!= null`` and ``has`` see it."""
    assert value_of("n == null") is True
    assert value_of("n != null", n=1) is True
    assert value_of("has(n)") is False
    assert value_of("null == n", n=1) is False


def test_calculations_with_null_are_null() -> None:
    """So are functions of it."""
    for text in ("n + 1", "-n", "n / 2", "size(t)", "t + 'x'", "t.contains('x')", "day + days(1)"):
        assert value_of(text) is None, text


def test_lists_skip_null() -> None:
    """A sum of nothing is 0, a least of nothing is null."""
    assert value_of("sum(ns)", ns=(1, None, 2)) == 3
    assert value_of("min(ns)", ns=(None, 2, 1)) == 1
    assert value_of("max([n, m])", n=4) == 4
    assert value_of("avg(ns)", ns=(1, None, 2)) == Decimal("1.5")
    assert value_of("sum(ns)", ns=()) == 0
    assert value_of("min(ns)", ns=(None,)) is None


def test_a_null_condition_is_false() -> None:
    """In every place where a condition stands."""
    assert value_of("b ? 1 : 2") == 2
    assert value_of("!b") is True
    assert value_of("b && true") is False
    assert value_of("b || false") is False
    assert value_of("ns.filter(i, b)", ns=(1,)) == ()


def test_logic_stops_early() -> None:
    """What is not reached cannot fail."""
    assert value_of("n == 0 || 10 / n > 1", n=0) is True
    assert value_of("n != 0 && 10 / n > 1", n=0) is False
    assert value_of("n == 0 ? 0 : 10 / n", n=0) == 0


def test_macros_go_through_lists() -> None:
    """The inner name hides the outer one."""
    assert value_of("ns.all(n, n > 0)", n=-1, ns=(1, 2)) is True
    assert value_of("ns.exists(i, i > 1)", ns=(1, 2)) is True
    assert value_of("ns.map(i, i * 2)", ns=(1, 2)) == (2, 4)
    assert value_of("n in ns", n=2, ns=(1, 2)) is True
    assert value_of("n in ns", ns=(None, 1)) is False


def test_numbers_with_a_point_are_decimals() -> None:
    """Never doubles."""
    assert value_of("0.1 + 0.2 == 0.3") is True
    assert value_of("n / 2", n=7) == 3
    assert value_of("n / 2.0", n=7) == Decimal("3.5")


def test_texts_count_code_points() -> None:
    """A sign beyond the basic plane is one; ``$`` is the very end."""
    assert value_of("size(t)", t="a\U0001f600") == 2
    assert value_of("t.matches('^a$')", t="a\n") is False
    assert value_of("t.upperAscii()", t="aé") == "Aé"


def test_days_and_instants() -> None:
    """Differences of dates are days; the clock stands still."""
    day = dt.date(2028, 2, 28)
    assert value_of("day + days(2)", day=day) == dt.date(2028, 3, 1)
    assert value_of("today() - day", day=dt.date(2030, 1, 1)) == 14
    assert value_of("at + hours(1) == now()", at=NOW - dt.timedelta(hours=1)) is True
    assert value_of("now() - at", at=NOW) == dt.timedelta()


def test_rows_are_told_apart_by_label() -> None:
    """A row is a text of its own kind."""
    assert Ref("a") == Ref("a")
    assert Ref("a") != Ref("b")
