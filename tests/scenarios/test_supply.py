"""Values are valid where they should be, broken where they should be, and a scenario's own."""

import pytest

from devmatrix.expressions.evaluation.limits import breaks_constraint, breaks_type
from devmatrix.expressions.evaluation.schema import index_application
from devmatrix.ir.api import Input
from devmatrix.ir.domain import Field
from devmatrix.ir.types import SAFE_INTEGER, Choice, ListOf, Many, Member, Scalar, ScalarName, Type
from devmatrix.ir.validation import Constraint, Length, Pattern, Range
from devmatrix.scenarios.playing.requests import Sent
from devmatrix.scenarios.supply.rows import RowBuilder
from devmatrix.scenarios.supply.salting import salt_value
from devmatrix.scenarios.supply.spoiling import spoilings
from devmatrix.scenarios.supply.values import sized_text, valid_value
from tests.scenarios.shop import depot

RANGE = Range(id="r", minimum="-3", maximum="3")
PRICE = Range(id="r", minimum="0", minimum_open=True)
KINDS: list[tuple[Type, tuple[Constraint, ...]]] = [
    (Scalar(name="text", max_length=200), ()),
    (Scalar(name="text", max_length=200), (Length(id="l", minimum=1, maximum=3),)),
    (Scalar(name="text", max_length=30), (Pattern(id="p", regex="^[A-Z]{2}-[0-9]{1,6}$"),)),
    (Scalar(name="integer"), (RANGE,)),
    (Scalar(name="decimal", precision=4, scale=2), (PRICE,)),
    (Scalar(name="date"), (Range(id="r", minimum="2026-01-01"),)),
    (Scalar(name="datetime"), ()),
    (Scalar(name="email", max_length=254), ()),
    (Scalar(name="url", max_length=2048), ()),
    (Scalar(name="slug", max_length=100), ()),
    (Choice(members=(Member(name="A", wire="A"), Member(name="B", wire="B"))), ()),
    (ListOf(item=Scalar(name="integer"), max_items=10), (Length(id="l", minimum=3),)),
]


def keeps(of: Type, constraints: tuple[Constraint, ...], value: object) -> bool:
    """Whether a value is let through."""
    return not breaks_type(of, value) and not any(breaks_constraint(item, value) for item in constraints)


@pytest.mark.parametrize(("of", "constraints"), KINDS)
def test_values_are_valid_and_differ(of: Type, constraints: tuple[Constraint, ...]) -> None:
    """Near numbers give different values where there are any."""
    values = [valid_value(of, constraints, number) for number in range(12)]
    assert all(keeps(of, constraints, value) for value in values)
    assert len(set(values)) >= (2 if isinstance(of, Choice) else 7)


@pytest.mark.parametrize("name", ["text", "email", "url", "slug"])
def test_texts_have_the_length_that_is_asked_for(name: ScalarName) -> None:
    """And are still of their sort."""
    of = Scalar(name=name, max_length=254)
    for length in (40, 41, 100, 252, 253, 254):
        text = sized_text(of, length, 3)
        assert len(text) == length
        assert not breaks_type(of, text)


@pytest.mark.parametrize(("of", "constraints"), KINDS[:10])
def test_salted_values_stay_valid(of: Type, constraints: tuple[Constraint, ...]) -> None:
    """And are told apart by their number, or there is no room for one."""
    value = valid_value(of, constraints, 1)
    salted = [salt_value(of, constraints, value, number) for number in range(1, 6)]
    assert all(other is None or keeps(of, constraints, other) for other in salted)
    found = [other for other in salted if other is not None]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("of", "constraints", "detail"),
    [
        (KINDS[3][0], KINDS[3][1], "minimum"),
        (KINDS[3][0], KINDS[3][1], "maximum"),
        (KINDS[4][0], KINDS[4][1], "minimum"),
        (KINDS[5][0], KINDS[5][1], "minimum"),
        (KINDS[1][0], KINDS[1][1], "min_length"),
        (KINDS[1][0], KINDS[1][1], "max_length"),
        (KINDS[2][0], KINDS[2][1], "pattern"),
        (KINDS[11][0], KINDS[11][1], "items"),
    ],
)
def test_both_sides_of_a_bound(of: Type, constraints: tuple[Constraint, ...], detail: str) -> None:
    """What is just outside breaks the rule, what is just inside does not."""
    item = Input(id="i", name="i", wire="i", type=of, constraints=constraints)
    found = spoilings(item, detail, 1)
    assert found.broken
    assert not any(keeps(of, constraints, value) for value in found.broken)
    assert all(isinstance(value, Sent) or keeps(of, constraints, value) for value in found.kept)


@pytest.mark.parametrize(
    ("key", "constraints"),
    [
        (Scalar(name="uuid"), ()),
        (Scalar(name="integer", minimum=1, maximum=SAFE_INTEGER), ()),
        (Scalar(name="integer", minimum=1, maximum=SAFE_INTEGER), (Range(id="r", minimum="1", maximum="900"),)),
        (Scalar(name="slug", max_length=20), ()),
        (Scalar(name="text", max_length=30), (Pattern(id="p", regex="^[A-Z]{2}-[0-9]{1,6}$"),)),
    ],
)
def test_broken_lists_of_keys_hold_keys(key: Scalar, constraints: tuple[Constraint, ...]) -> None:
    """Of the sort that the rows have, so that nothing but the broken rule is in their way."""
    field = Field(id="k", name="k", wire="k", column="k", type=key, constraints=constraints)
    length = Length(id="l", minimum=3, maximum=40)
    item = Input(id="i", name="i", wire="i", type=Many(entity="Bin", max_items=60), constraints=(length,))
    sizes = {"repeated": (2, 1), "min_length": (2, 2), "max_length": (41, 41), "items": (41, 41)}
    for detail, (size, different) in sizes.items():
        (sent,) = spoilings(item, detail, 1, field).broken
        assert (len(sent.value), len(set(sent.value))) == (size, different)
        assert all(keeps(key, constraints, value) for value in sent.value)


def test_rows_keep_rules_and_uniqueness() -> None:
    """With rows of their own for what they must refer to."""
    builder = RowBuilder(index_application(depot()))
    bins = [builder.row("Bin") for _ in range(3)]
    slots = [builder.row("Slot", {"bin": bins[0]}) for _ in range(5)]
    pledge = builder.row("Pledge")
    assert all(builder.is_valid(row) for row in (*bins, *slots, pledge))
    labels = {row.label for row in builder.rows}
    assert builder.rows[-1].value("bin").label in labels  # type: ignore[union-attr]


def test_a_row_that_would_break_a_rule_takes_other_values() -> None:
    """Only fields that were not asked for."""
    builder = RowBuilder(index_application(depot()))
    row = builder.row("Bin", {"mode": "HELD"})
    assert builder.is_valid(row)
    assert builder.rows[-1].value("mode") == "HELD"
