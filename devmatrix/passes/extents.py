"""Between which numbers an expression stays, and how long its text is, as far as the declared bounds tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from devmatrix.ir.directory import Directory
from devmatrix.ir.expressions import (
    Access,
    Binary,
    Call,
    Conditional,
    Expression,
    ListLiteral,
    LiteralValue,
    Macro,
    Old,
    Unary,
    Variable,
)
from devmatrix.ir.types import SAFE_INTEGER, ListOf, Scalar, Type
from devmatrix.ir.validation import Constraint, Length, Range

COUNT_LIMIT = 1_000
"""Rows and characters that one sum or list is reckoned with."""
_DAYS = Decimal(4_000_000)


class Extent(NamedTuple):
    """An interval, both ends included; None: no end."""

    low: Decimal | None = None
    high: Decimal | None = None

    def within(self, other: "Extent") -> bool:
        """Whether every value of this one lies in the other."""
        low = other.low is None or (self.low is not None and self.low >= other.low)
        return low and (other.high is None or (self.high is not None and self.high <= other.high))

    def without_zero(self) -> bool:
        """Whether zero lies outside."""
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)


SAFE = Extent(Decimal(-SAFE_INTEGER), Decimal(SAFE_INTEGER))


class Declared(NamedTuple):
    """What is declared of a field or an input."""

    type: Type
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True)
class Surroundings:
    """What is known of the names in reach."""

    directory: Directory
    inputs: Mapping[str, Declared]
    lets: Mapping[str, Expression]

    def declared(self, expression: Expression) -> Declared | None:
        """The declaration behind an expression that merely reads; None for one that computes."""
        match expression:
            case Old():
                return self.declared(expression.operand)
            case Variable(name=name) if name in self.lets:
                return self.declared(self.lets[name])
            case Variable(name=name):
                return self.inputs.get(name)
            case Access(how="value"):
                field = self.directory.field(expression.entity, expression.name)
                return Declared(field.type, field.constraints)
            case _:
                return None

    def number(self, expression: Expression) -> Extent:
        """The extent of a number; one that computes an integer never leaves the safe range."""
        found = self._number(expression)
        return _meet(found, SAFE) if expression.type.kind == "integer" else found

    def _number(self, expression: Expression) -> Extent:
        if expression.type.kind not in ("integer", "decimal"):
            return Extent()
        if (declared := self.declared(expression)) is not None:
            return number_bounds(declared)
        match expression:
            case LiteralValue(value=value) if isinstance(value, int | str):
                return Extent(Decimal(value), Decimal(value))
            case Variable(name=name) if name in self.lets:
                return self.number(self.lets[name])
            case Old():
                return self.number(expression.operand)
            case Unary(operator="-"):
                inner = self.number(expression.operand)
                return Extent(_negative(inner.high), _negative(inner.low))
            case Binary():
                return self.computed(expression)
            case Conditional():
                return _join(self.number(expression.then), self.number(expression.otherwise))
            case Call():
                return self._called(expression)
            case _:
                return Extent()

    def computed(self, expression: Binary) -> Extent:
        """The extent of a sum, difference or product before any bound is asked."""
        if expression.left.type.kind in ("date", "datetime"):
            return Extent(-_DAYS, _DAYS)
        left, right = self.number(expression.left), self.number(expression.right)
        match expression.operator:
            case "+":
                return Extent(_plus(left.low, right.low), _plus(left.high, right.high))
            case "-":
                return Extent(_plus(left.low, _negative(right.high)), _plus(left.high, _negative(right.low)))
            case "*":
                return _product(left, right)
            case _:
                return Extent()

    def _called(self, call: Call) -> Extent:
        match call.function:
            case "size":
                return Extent(Decimal(0), Decimal(10**9))
            case "sum":
                item = self.items(call.arguments[0])
                low = Decimal(0) if item.low is not None and item.low >= 0 else None
                return Extent(low, Decimal(0) if item.high is not None and item.high <= 0 else None)
            case "min" | "max" | "avg":
                return self.items(call.arguments[0])
            case _:
                return Extent()

    def items(self, expression: Expression) -> Extent:
        """The extent of each number of a list."""
        match expression:
            case Macro(macro="map"):
                return self.number(expression.body)
            case Macro(macro="filter"):
                return self.items(expression.range)
            case ListLiteral(items=(first, *others)):
                found = self.number(first)
                for item in others:
                    found = _join(found, self.number(item))
                return found
            case _:
                return self._stored_items(expression)

    def _stored_items(self, expression: Expression) -> Extent:
        declared = self.declared(expression)
        if declared is None or not isinstance(declared.type, ListOf) or not isinstance(declared.type.item, Scalar):
            return Extent()
        return number_bounds(Declared(declared.type.item, ()))

    def length(self, expression: Expression) -> Extent:
        """How many code points a text has."""
        if (declared := self.declared(expression)) is not None:
            return length_bounds(declared)
        match expression:
            case LiteralValue(value=str() as text):
                return Extent(Decimal(len(text)), Decimal(len(text)))
            case Variable(name=name) if name in self.lets:
                return self.length(self.lets[name])
            case Old():
                return self.length(expression.operand)
            case Binary(operator="+"):
                left, right = self.length(expression.left), self.length(expression.right)
                return Extent(_plus(left.low, right.low), _plus(left.high, right.high))
            case Conditional():
                return _join(self.length(expression.then), self.length(expression.otherwise))
            case Call(function="lowerAscii" | "upperAscii"):
                return self.length(expression.arguments[0])
            case _:
                return Extent(low=Decimal(0))


def number_bounds(declared: Declared) -> Extent:
    """The tightest bounds of a number's type and constraints; an open one is a step further in."""
    scalar = declared.type if isinstance(declared.type, Scalar) else Scalar(name="integer")
    found = Extent(_decimal(scalar.minimum), _decimal(scalar.maximum))
    step = Decimal(1).scaleb(-(scalar.scale or 0))
    if scalar.precision is not None:
        most = Decimal(10) ** (scalar.precision - (scalar.scale or 0)) - step
        found = Extent(-most, most)
    for item in declared.constraints:
        if isinstance(item, Range):
            low = None if item.minimum is None else Decimal(item.minimum) + (step if item.minimum_open else 0)
            high = None if item.maximum is None else Decimal(item.maximum) - (step if item.maximum_open else 0)
            found = _meet(found, Extent(low, high))
    return found


def length_bounds(declared: Declared) -> Extent:
    """The tightest bounds of a text's length."""
    scalar = declared.type if isinstance(declared.type, Scalar) else Scalar(name="text")
    found = Extent(Decimal(scalar.min_length or 0), _decimal(scalar.max_length))
    for item in declared.constraints:
        if isinstance(item, Length):
            found = _meet(found, Extent(Decimal(item.minimum), _decimal(item.maximum)))
    return found


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _negative(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def _plus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left + right


def _product(left: Extent, right: Extent) -> Extent:
    ends = [(a, b) for a in left for b in right]
    if any(a is None or b is None for a, b in ends):
        positive = all(side.low is not None and side.low >= 0 for side in (left, right))
        return Extent(Decimal(0) if positive else None, None)
    products = [a * b for a, b in ends if a is not None and b is not None]
    return Extent(min(products), max(products))


def _join(left: Extent, right: Extent) -> Extent:
    low = None if left.low is None or right.low is None else min(left.low, right.low)
    high = None if left.high is None or right.high is None else max(left.high, right.high)
    return Extent(low, high)


def _meet(left: Extent, right: Extent) -> Extent:
    lows = [end for end in (left.low, right.low) if end is not None]
    highs = [end for end in (left.high, right.high) if end is not None]
    return Extent(max(lows, default=None), min(highs, default=None))
