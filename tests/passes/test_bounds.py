"""What can leave its bounds is found; what cannot is not suspected."""

from decimal import Decimal

import pytest

from devmatrix.ir.directory import Directory
from devmatrix.ir.domain import Field, Source
from devmatrix.ir.expressions import (
    Access,
    Binary,
    BinaryOperator,
    Call,
    Conditional,
    Expression,
    ListLiteral,
    LiteralValue,
    Macro,
    Variable,
)
from devmatrix.ir.types import SAFE_INTEGER, Scalar
from devmatrix.ir.validation import Length, Pattern, Range
from devmatrix.ir.values import ValueType
from devmatrix.passes import refine
from devmatrix.passes.extents import Declared, Extent, Surroundings, number_bounds
from devmatrix.passes.leaving import may_fail, may_leave
from devmatrix.passes.surroundings import Ledger, Subject
from tests.passes.building import INTEGER, MONEY, TEXT, application, at_least, field, read, row

WHOLE = ValueType(kind="integer")
EXACT = ValueType(kind="decimal", scale=2)
TEXTUAL = ValueType(kind="text")
SMALL = Declared(INTEGER, (Range(id="r", minimum="1", maximum="1000"),))
STOCK = Declared(INTEGER, (at_least("Good", "stock", "0"),))
NAME = Declared(TEXT, (Length(id="l", minimum=1, maximum=20), Pattern(id="p", regex="^[a-z]+$")))
KNOWN = Surroundings(
    directory=Directory(application()),
    inputs={"small": SMALL, "stock": STOCK, "any": Declared(INTEGER, ()), "name": NAME, "price": Declared(MONEY, ())},
    lets={},
)


def take(name: str, kind: ValueType = WHOLE) -> Variable:
    return Variable(name=name, type=kind)


def number(value: int | str, kind: ValueType = WHOLE) -> LiteralValue:
    return LiteralValue(value=value, type=kind)


def compute(left: Expression, operator: BinaryOperator, right: Expression) -> Binary:
    return Binary(operator=operator, left=left, right=right, type=left.type)


def least(*items: Expression) -> Call:
    listed = ListLiteral(items=items, type=ValueType(kind="list", item=WHOLE))
    return Call(function="min", arguments=(listed,), type=WHOLE)


def target(declared: Declared) -> Field:
    return field("Good", "target", declared.type, constraints=declared.constraints)


def test_open_bounds_are_a_step_further_in() -> None:
    above = Declared(MONEY, (Range(id="r", minimum="0", minimum_open=True),))
    assert number_bounds(above) == Extent(Decimal("0.01"), Decimal("99999999.99"))


@pytest.mark.parametrize(
    ("value", "leaves"),
    [
        (take("small"), False),
        (take("any"), True),
        (compute(take("stock"), "+", take("small")), False),
        (compute(take("stock"), "-", take("small")), True),
        (compute(take("small"), "*", number(-1)), True),
        (compute(take("small"), "*", take("small")), False),
        (number(5), False),
        (number(-5), True),
        (Conditional(condition=take("c"), then=number(1), otherwise=number(-1), type=WHOLE), True),
        (Call(function="size", arguments=(take("rows"),), type=WHOLE), False),
        (least(take("small"), take("any")), True),
        (least(take("small"), take("stock")), False),
    ],
)
def test_numbers(value: Expression, leaves: bool) -> None:
    assert may_leave(KNOWN, target(STOCK), value) == leaves


def test_a_sum_has_no_upper_end() -> None:
    rows = Variable(name="rows", type=ValueType(kind="list", item=ValueType(kind="entity", entity="Line")))
    counts = Macro(macro="map", range=rows, variable="i", body=take("small"), type=ValueType(kind="list", item=WHOLE))
    total = Call(function="sum", arguments=(counts,), type=WHOLE)
    assert KNOWN.number(total) == Extent(Decimal(0), Decimal(SAFE_INTEGER))
    assert may_leave(KNOWN, target(SMALL), total)
    assert not may_fail(KNOWN, total), "a thousand of a thousand are far from the safe integers' end"


def test_texts() -> None:
    name, short = take("name", TEXTUAL), Declared(TEXT.model_copy(update={"max_length": 20}), ())
    assert not may_leave(KNOWN, target(short), name)
    assert may_leave(KNOWN, target(short), compute(name, "+", number("!", TEXTUAL)))
    assert not may_leave(KNOWN, target(NAME), number("abc", TEXTUAL))
    assert may_leave(KNOWN, target(NAME), number("ABC", TEXTUAL))
    assert may_leave(KNOWN, target(Declared(Scalar(name="email", max_length=254), ())), name)


@pytest.mark.parametrize(
    ("expression", "fails"),
    [
        (compute(take("any"), "/", take("small")), False),
        (compute(take("any"), "/", take("any")), True),
        (compute(take("price", EXACT), "/", number("2.00", EXACT)), False),
        (compute(take("any"), "+", take("small")), True),
        (compute(take("small"), "+", take("small")), False),
        (compute(take("price", EXACT), "*", take("price", EXACT)), False),
    ],
)
def test_calculations_without_a_result(expression: Expression, fails: bool) -> None:
    assert may_fail(KNOWN, expression) == fails


def test_a_computed_field_fails_where_it_is_read() -> None:
    before = application()
    quotient = compute(number(1), "/", read(row("Good", "self"), "Good", "count", WHOLE))
    count = field("Good", "count", INTEGER)
    computed = field("Good", "share", INTEGER, given="never", column=None)
    source = Source(by="computed", at="reading", expression=quotient)
    good = before.entity("Good")
    shared = computed.model_copy(update={"sources": (source,)})
    changed = good.model_copy(update={"fields": (*good.fields, count, shared)})
    entities = tuple(changed if entity.name == "Good" else entity for entity in before.domain.entities)
    domain = before.domain.model_copy(update={"entities": entities})
    known = Surroundings(Directory(before.model_copy(update={"domain": domain})), {}, {})
    share = Access(operand=row("Good", "good"), entity="Good", name="share", how="value", type=WHOLE)
    assert may_fail(known, share)


def test_a_deletion_has_its_consequences() -> None:
    refined = refine(application())
    operations = [refined.operation(f"operation:delete_{name}") for name in ("basket", "good")]
    basket, good = (Subject(Ledger(refined), operation).consequences for operation in operations)
    assert basket.deleted == ("Basket", "Line")
    assert [relation.source for relation in good.restricting] == ["Line"]
    assert ("Basket", "best") in good.places
