"""Arithmetic is exact."""

import datetime as dt
from decimal import Decimal

import pytest

from devmatrix.expressions.evaluation.arithmetic import (
    ComputationError,
    add,
    average,
    divide,
    multiply,
    remainder,
    round_places,
)
from devmatrix.ir.types import SAFE_INTEGER


@pytest.mark.parametrize(
    ("left", "right", "quotient", "rest"), [(7, 2, 3, 1), (-7, 2, -3, -1), (7, -2, -3, 1), (-7, -2, 3, -1)]
)
def test_integers_divide_towards_zero(left: int, right: int, quotient: int, rest: int) -> None:
    """The remainder has the sign of the left side."""
    assert divide(left, right) == quotient
    assert remainder(left, right) == rest


def test_a_quotient_of_decimals_has_twenty_places() -> None:
    """The last place is rounded half away from zero."""
    assert divide(Decimal(2), 3) == Decimal("0.66666666666666666667")
    assert divide(Decimal(-2), 3) == Decimal("-0.66666666666666666667")
    assert divide(1, Decimal(3)) == Decimal("0.33333333333333333333")


def test_products_and_sums_of_decimals_are_exact() -> None:
    """Beyond the digits of any context."""
    big = Decimal("12345678901234567890123456789.01")
    assert multiply(big, big) - multiply(big, big) == 0
    assert str(add(big, Decimal("0.001"))) == "12345678901234567890123456789.011"


@pytest.mark.parametrize(
    ("text", "rounded"), [("0.125", "0.13"), ("-0.125", "-0.13"), ("0.124", "0.12"), ("2", "2.00")]
)
def test_rounding_goes_away_from_zero(text: str, rounded: str) -> None:
    """Half a step goes to the farther side."""
    assert str(round_places(Decimal(text), 2)) == rounded


def test_division_by_zero_cannot_be_computed() -> None:
    """Neither for integers nor for decimals."""
    for zero in (0, Decimal("0.00")):
        with pytest.raises(ComputationError):
            divide(1, zero)
        with pytest.raises(ComputationError):
            remainder(1, zero)


def test_integers_stay_in_what_json_keeps() -> None:
    """One more is no value."""
    assert add(SAFE_INTEGER, 0) == SAFE_INTEGER
    with pytest.raises(ComputationError):
        add(SAFE_INTEGER, 1)


def test_instants_end_somewhere() -> None:
    """A year 10000 is no value."""
    with pytest.raises(ComputationError):
        add(dt.date(9999, 12, 31), dt.timedelta(days=1))


def test_an_average_is_a_decimal() -> None:
    """Of integers too."""
    assert average([1, 2]) == Decimal("1.5")
