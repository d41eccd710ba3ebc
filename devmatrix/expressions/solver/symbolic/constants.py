"""Values of the spec as constants of formulas."""

import datetime as dt
from decimal import Decimal
from typing import Any

from devmatrix.expressions.evaluation.constants import kind_of
from devmatrix.expressions.situations import NOMINAL_NOW
from devmatrix.expressions.solver.symbolic.ledger import Ledger
from devmatrix.expressions.solver.symbolic.unknowns import microseconds
from devmatrix.expressions.solver.symbolic.values import NULL, Items, NotLowered, Scalar, Value
from devmatrix.ir.types import ListOf, Type
from devmatrix.ir.values import ValueKind


def lowered(ledger: Ledger, value: Any, of: Type) -> Value:
    """A value of a field's or an input's type, as a constant."""
    if isinstance(value, tuple):
        item = of.item if isinstance(of, ListOf) else of
        return Items(tuple((True, lowered(ledger, inner, item)) for inner in value))
    return constant(ledger, value, kind_of(of))


def constant(ledger: Ledger, value: Any, kind: ValueKind) -> Scalar:
    """A plain value of a kind, as a constant."""
    match value:
        case None:
            return NULL
        case bool():
            return Scalar("boolean", value)
        case Decimal():
            return _decimal(value)
        case int():
            return _decimal(Decimal(value)) if kind == "decimal" else Scalar("integer", value, low=value, high=value)
        case dt.datetime():
            return Scalar("datetime", microseconds(value - NOMINAL_NOW))
        case dt.date():
            return Scalar("date", (value - NOMINAL_NOW.date()).days)
        case dt.timedelta():
            return Scalar("duration", microseconds(value))
        case str():
            return _named(ledger, value, kind)
    raise NotLowered(f"a constant of kind {kind}")


def _decimal(value: Decimal) -> Scalar:
    places = max(0, -int(value.as_tuple().exponent))
    number = int(value.scaleb(places))
    return Scalar("decimal", number, scale=places, low=number, high=number)


def _named(ledger: Ledger, text: str, kind: ValueKind) -> Scalar:
    if kind == "choice":
        return Scalar("choice", ledger.code(text))
    if kind in ("uuid", "json"):
        return Scalar(kind, ledger.literal(text))
    term: str | int = text if ledger.strings else ledger.literal(text)
    return Scalar("text", term, low=len(text), high=len(text))
