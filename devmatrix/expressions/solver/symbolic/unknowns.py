"""Make unknown values of a field's or an input's type, within all its bounds."""

import datetime as dt
import re
from decimal import Decimal

from devmatrix.expressions.situations import NOMINAL_NOW
from devmatrix.expressions.solver.regexes import text_matching
from devmatrix.expressions.solver.symbolic.ledger import Ledger
from devmatrix.expressions.solver.symbolic.terms import Term, any_of, at_most, both, equal, implies, times, total
from devmatrix.expressions.solver.symbolic.values import Items, NotLowered, Scalar
from devmatrix.ir.base import NodeId
from devmatrix.ir.types import SAFE_INTEGER, TEXT_KINDS, Choice, ListOf, Type
from devmatrix.ir.types import Scalar as ScalarType
from devmatrix.ir.validation import Constraint, Length, Pattern, Range

DAY = 86_400_000_000
HOUR = 3_600_000_000
FIRST_DAY = (dt.date(1, 1, 2) - NOMINAL_NOW.date()).days
LAST_DAY = (dt.date(9999, 12, 30) - NOMINAL_NOW.date()).days
TEXT_LENGTH = 10_000
SHORT = 12
PRINTABLE = "texts of letters, digits and signs alone"


def bounds_of(of: ScalarType, constraints: tuple[Constraint, ...]) -> tuple[int, int]:
    """The smallest and the largest value that a number, a date or the length of a text may have, as terms count."""
    low, high = _type_bounds(of)
    for constraint in constraints:
        if isinstance(constraint, Length) and of.name in TEXT_KINDS:
            low = max(low, constraint.minimum)
            high = high if constraint.maximum is None else min(high, constraint.maximum)
        if isinstance(constraint, Range):
            low, high = _narrowed(of, constraint, low, high)
    return low, high


def _type_bounds(of: ScalarType) -> tuple[int, int]:
    match of.name:
        case "integer":
            return (
                -SAFE_INTEGER if of.minimum is None else of.minimum,
                SAFE_INTEGER if of.maximum is None else of.maximum,
            )
        case "decimal":
            most = 10 ** (of.precision or 20) - 1
            return -most, most
        case "date":
            return FIRST_DAY, LAST_DAY
        case "datetime":
            return FIRST_DAY * DAY, LAST_DAY * DAY
        case _:
            return of.min_length or 0, TEXT_LENGTH if of.max_length is None else of.max_length


def _narrowed(of: ScalarType, bound: Range, low: int, high: int) -> tuple[int, int]:
    if bound.minimum is not None:
        low = max(low, _bound(of, bound.minimum, upwards=True) + bound.minimum_open * _exact(of, bound.minimum))
    if bound.maximum is not None:
        high = min(high, _bound(of, bound.maximum, upwards=False) - bound.maximum_open * _exact(of, bound.maximum))
    return low, high


def _bound(of: ScalarType, text: str, *, upwards: bool) -> int:
    value = _scaled(of, text)
    whole = int(value // 1)
    return whole + 1 if upwards and value != whole else whole


def _exact(of: ScalarType, text: str) -> int:
    value = _scaled(of, text)
    return int(value == value // 1)


def _scaled(of: ScalarType, text: str) -> Decimal:
    match of.name:
        case "date":
            return Decimal((dt.date.fromisoformat(text) - NOMINAL_NOW.date()).days)
        case "datetime":
            return Decimal(microseconds(dt.datetime.fromisoformat(text) - NOMINAL_NOW))
        case _:
            return Decimal(text).scaleb(of.scale or 0) if of.name == "decimal" else Decimal(text)


def microseconds(span: dt.timedelta) -> int:
    """A duration as a whole number."""
    whole: int = span // dt.timedelta(microseconds=1)
    return whole


def patterns_of(of: ScalarType, constraints: tuple[Constraint, ...]) -> frozenset[str]:
    """The patterns that a text keeps, and its sort where the sort has a form of its own."""
    found = {constraint.regex for constraint in constraints if isinstance(constraint, Pattern)}
    return frozenset(found | ({of.name} if of.name in ("email", "url", "slug") else set()))


FORMS = {
    "email": r"^[a-z0-9]+([.][a-z0-9]+)*@[a-z0-9]+([.][a-z0-9]+)*[.][a-z]{2,6}$",
    "url": r"^https?://[a-z0-9]+([.][a-z0-9]+)+(/[a-z0-9.-]*)*$",
    "slug": r"^[a-z0-9]+(-[a-z0-9]+)*$",
}
"""Narrower than what the types accept: what is excluded by them alone is not proved excluded."""


def unknown(
    ledger: Ledger, name: str, of: Type, constraints: tuple[Constraint, ...], node: NodeId, default: object = None
) -> Scalar | Items:
    """A value of the type that may be anything that its bounds allow; never null."""
    match of:
        case Choice():
            return _member(ledger, name, of, node, default)
        case ListOf():
            return _list(ledger, name, of, constraints, node)
        case ScalarType(name="boolean"):
            term = ledger.fresh(name, "bool")
            ledger.prefer("value", equal(term, default is True))
            return Scalar("boolean", term)
        case ScalarType(name="integer" | "decimal" | "date"):
            return _number(ledger, name, of, constraints, node)
        case ScalarType(name="datetime"):
            return _instant(ledger, name, of, constraints, node)
        case ScalarType(name="uuid" | "json"):
            best = len(ledger.numbers) + 1
            return Scalar(of.name, ledger.number(name, low=-1000, high=10**9, best=best, node=node))
        case ScalarType():
            return _text(ledger, name, of, constraints, node)
        case _:
            raise NotLowered(f"a value of type {of.kind}")


def _member(ledger: Ledger, name: str, of: Choice, node: NodeId, default: object) -> Scalar:
    codes = [ledger.code(member.name) for member in of.members]
    term = ledger.fresh(name, "int")
    if codes == list(range(codes[0], codes[0] + len(codes))):
        ledger.learn(node, both(at_most(codes[0], term), at_most(term, codes[-1])))
    else:
        ledger.learn(node, any_of(equal(term, code) for code in codes))
    ordered = sorted(codes, key=lambda code: code != ledger.code(default) if default is not None else False)
    ledger.prefer_first([equal(term, code) for code in ordered])
    return Scalar("choice", term)


def _number(ledger: Ledger, name: str, of: ScalarType, constraints: tuple[Constraint, ...], node: NodeId) -> Scalar:
    low, high = bounds_of(of, constraints)
    scale = (of.scale or 0) if of.name == "decimal" else 0
    best = best_number(len(ledger.numbers), scale, low, high)
    term = ledger.number(name, low=low, high=high, best=best, node=node)
    return Scalar(of.name, term, scale=scale, low=low, high=high)


def best_number(place: int, scale: int, low: int, high: int) -> int:
    """A small number, different from place to place, with a part behind the point where there is one."""
    best = (2 + place % 40) * int(10**scale) + (5 * int(10 ** (scale - 1)) if scale else 0)
    if low <= best <= high:
        return best
    if low <= 0 <= high or high - low < best:
        return low + (high - low) * (1 + place % 3) // 4
    return low + (2 + place % 40) if high > 0 else high - (2 + place % 40)


def _instant(ledger: Ledger, name: str, of: ScalarType, constraints: tuple[Constraint, ...], node: NodeId) -> Scalar:
    low, high = bounds_of(of, constraints)
    best = 24 * (10 + len(ledger.numbers) % 40)
    hours = ledger.number(f"{name} hours", low=low // HOUR, high=high // HOUR, best=best, node=node)
    rest = ledger.number(f"{name} rest", low=0, high=HOUR - 1, best=HOUR // 2, node=node)
    ledger.prefer("grain", equal(rest, HOUR // 2))
    term = total((times(HOUR, hours), rest))
    ledger.learn(node, both(at_most(low, term), at_most(term, high)))
    return Scalar("datetime", term, low=low, high=high)


def _text(ledger: Ledger, name: str, of: ScalarType, constraints: tuple[Constraint, ...], node: NodeId) -> Scalar:
    low, high = bounds_of(of, constraints)
    known = patterns_of(of, constraints)
    if ledger.strings:
        return Scalar("text", _string(ledger, name, low, high, known, node), low=low, high=high, known=known)
    place = len(ledger.numbers) + 1
    token = ledger.number(name, low=-1000, high=10**9, best=place, node=node)
    ledger.describe(token, low=low, high=high, regexes=tuple(sorted(known)), node=node)
    return Scalar("text", token, low=low, high=high, known=known)


def _string(ledger: Ledger, name: str, low: int, high: int, known: frozenset[str], node: NodeId) -> Term:
    term = ledger.fresh(name, "text")
    length = Term("length", "int", term)
    ledger.learn(node, both(at_most(low, length), at_most(length, high)))
    ledger.restrictions.add(PRINTABLE)
    ledger.learn(PRINTABLE, Term("found", "bool", term, "^[ -~]*$"))
    for regex in sorted(known):
        if regex in FORMS:
            ledger.restrictions.add(f"{node} form")
        ledger.learn(f"{node} form" if regex in FORMS else node, Term("found", "bool", term, FORMS.get(regex, regex)))
    ledger.prefer("value", equal(term, _best_text(name, ledger.count, low, high, known)))
    ledger.prefer("value", at_most(length, max(low, SHORT)))
    return term


def _best_text(name: str, number: int, low: int, high: int, known: frozenset[str]) -> str:
    stem = re.sub(r"[^a-z]", "", name.split(".")[-1]) or "text"
    patterns = [FORMS.get(regex, regex) for regex in sorted(known)]
    found = text_matching(patterns[0], low, high, number) if patterns else f"{stem} {number}"[:high].ljust(low, "x")
    return found or ""


def _list(ledger: Ledger, name: str, of: ListOf, constraints: tuple[Constraint, ...], node: NodeId) -> Items:
    slots = min(3, of.max_items or 3)
    lengths = [item for item in constraints if isinstance(item, Length)]
    low = max((item.minimum for item in lengths), default=0)
    high = min((item.maximum for item in lengths if item.maximum is not None), default=slots)
    slots = max(low, min(slots, high))
    inner = tuple(item for item in constraints if not isinstance(item, Length))
    filled = [True if place < low else ledger.fresh(f"{name} {place}", "bool") for place in range(slots)]
    for place in range(max(low, 1), slots):
        ledger.learn(node, implies(filled[place], filled[place - 1]))
    for place, held in enumerate(filled):
        if not isinstance(held, bool):
            ledger.prefer("present", equal(held, place < 2))
    return Items(
        tuple((held, unknown(ledger, f"{name} {place}", of.item, inner, node)) for place, held in enumerate(filled))
    )
