"""Exact arithmetic as formulas: decimals as scaled whole numbers, rounding half away from zero."""

from dataclasses import dataclass, field, replace

from devmatrix.expressions.evaluation.arithmetic import QUOTIENT_PLACES
from devmatrix.expressions.solver.symbolic.terms import (
    Number,
    Term,
    Truth,
    at_most,
    both,
    choose,
    either,
    equal,
    floor_division,
    implies,
    less,
    magnitude,
    minus,
    negate,
    signed,
    times,
    total,
)
from devmatrix.expressions.solver.symbolic.values import NULL, NeedsTexts, NotLowered, Scalar, Value, aligned, scaled
from devmatrix.ir.expressions import Binary
from devmatrix.ir.types import SAFE_INTEGER, Type
from devmatrix.ir.types import Scalar as ScalarType

DAY = 86_400_000_000
FEW = 12


@dataclass
class Troubles:
    """Where a calculation has no result: each with the condition under which it has one."""

    found: list[tuple[Truth, Truth]] = field(default_factory=list)
    matters: bool = True

    def note(self, guard: Truth, fine: Truth) -> None:
        """Where ``guard`` holds, the calculation needs ``fine``."""
        if implies(guard, fine) is not True:
            self.found.append((guard, fine))


def negated(value: Value) -> Value:
    """The opposite of a number or duration."""
    if not isinstance(value, Scalar) or value.null is True:
        return NULL
    low = None if value.high is None else -value.high
    high = None if value.low is None else -value.low
    return replace(value, term=times(-1, value.number), low=low, high=high)


def arithmetic(node: Binary, left: Value, right: Value, guard: Truth, troubles: Troubles) -> Value:
    """The result of ``+ - * / %``; null where one side is."""
    if not isinstance(left, Scalar) or not isinstance(right, Scalar) or left.null is True or right.null is True:
        return NULL
    null = either(left.null, right.null)
    asked = both(guard, negate(null))
    value = _computed(node, left, right, asked, troubles)
    return replace(value, null=null)


def _computed(node: Binary, left: Scalar, right: Scalar, guard: Truth, troubles: Troubles) -> Scalar:
    kinds = {left.kind, right.kind}
    if "text" in kinds:
        return _joined_texts(left, right)
    if kinds & {"date", "datetime", "duration"}:
        return _moved(node, left, right)
    if node.operator in ("/", "%"):
        if right.low is None or right.high is None or right.low <= 0 <= right.high:
            troubles.note(guard, negate(equal(right.term, 0)))
        return _divided(node, left, right)
    value = _combined(node.operator, left, right)
    if value.kind == "integer":
        keep_safe(value, guard, troubles)
    return value


def keep_safe(value: Scalar, guard: Truth, troubles: Troubles) -> None:
    """A whole number must be one that every JSON reader keeps exact."""
    if value.low is None or value.low < -SAFE_INTEGER:
        troubles.note(guard, at_most(-SAFE_INTEGER, value.number))
    if value.high is None or value.high > SAFE_INTEGER:
        troubles.note(guard, at_most(value.number, SAFE_INTEGER))


def _combined(operator: str, left: Scalar, right: Scalar) -> Scalar:
    if operator == "*":
        return _multiplied(left, right)
    left, right = aligned(left, right)
    if operator == "-":
        right = negated(right)  # type: ignore[assignment]
    return replace(
        left,
        term=total((left.number, right.number)),
        low=None if left.low is None or right.low is None else left.low + right.low,
        high=None if left.high is None or right.high is None else left.high + right.high,
    )


def _multiplied(left: Scalar, right: Scalar) -> Scalar:
    kind = "decimal" if "decimal" in (left.kind, right.kind) else "integer"
    low, high = _product_bounds(left, right)
    return Scalar(kind, _product(left, right), scale=left.scale + right.scale, low=low, high=high)


def _product_bounds(left: Scalar, right: Scalar) -> tuple[int | None, int | None]:
    if left.low is None or left.high is None or right.low is None or right.high is None:
        return None, None
    corners = [one * other for one in (left.low, left.high) for other in (right.low, right.high)]
    return min(corners), max(corners)


def _product(left: Scalar, right: Scalar) -> Number:
    for one, other in ((left, right), (right, left)):
        unknown = isinstance(one.term, Term) and isinstance(other.term, Term)
        if unknown and one.low is not None and one.high is not None and one.high - one.low < FEW:
            return _by_case(one.number, range(one.low, one.high + 1), other.number)
    return times(left.number, right.number)


def _by_case(term: Number, cases: range, factor: Number) -> Number:
    found = times(cases[-1], factor)
    for case in reversed(cases[:-1]):
        found = choose(equal(term, case), times(case, factor), found)
    return found


def _divided(node: Binary, left: Scalar, right: Scalar) -> Scalar:
    if left.kind == "integer" and right.kind == "integer":
        quotient = towards_zero(left.number, right.number)
        if node.operator == "/":
            return Scalar("integer", quotient)
        return Scalar("integer", minus(left.number, times(quotient, right.number)))
    if node.operator == "%":
        left, right = aligned(left, right)
        quotient = towards_zero(left.number, right.number)
        return replace(left, term=minus(left.number, times(quotient, right.number)), low=None, high=None)
    return quotient_of(left, right)


def quotient_of(left: Scalar, right: Scalar) -> Scalar:
    """A quotient with the places that quotients keep."""
    lift = QUOTIENT_PLACES + right.scale - left.scale
    top = times(10**lift, left.number) if lift >= 0 else left.number
    bottom = right.number if lift >= 0 else times(10**-lift, right.number)
    return Scalar("decimal", rounded_quotient(top, bottom), scale=QUOTIENT_PLACES)


def towards_zero(left: Number, right: Number) -> Number:
    """Whole quotient towards zero."""
    opposite = negate(equal(less(left, 0), less(right, 0)))
    return signed(floor_division(magnitude(left), magnitude(right)), like=opposite)


def rounded_quotient(top: Number, bottom: Number) -> Number:
    """Whole quotient, half away from zero."""
    size = magnitude(bottom)
    doubled = total((times(2, magnitude(top)), size))
    opposite = negate(equal(less(top, 0), less(bottom, 0)))
    return signed(floor_division(doubled, times(2, size)), like=opposite)


def _joined_texts(left: Scalar, right: Scalar) -> Scalar:
    if not _is_string(left) or not _is_string(right):
        raise NeedsTexts("+")
    if isinstance(left.term, str) and isinstance(right.term, str):
        return replace(left, term=left.term + right.term, low=None, high=None, known=frozenset())
    low = None if left.low is None or right.low is None else left.low + right.low
    high = None if left.high is None or right.high is None else left.high + right.high
    term = Term("joined", "text", left.term, right.term)
    return Scalar("text", term, low=low, high=high)


def _is_string(text: Scalar) -> bool:
    return isinstance(text.term, str) or (isinstance(text.term, Term) and text.term.sort == "text")


def _moved(node: Binary, left: Scalar, right: Scalar) -> Scalar:
    sign = -1 if node.operator == "-" else 1
    if node.operator not in ("+", "-"):
        return _stretched(node, left, right)
    match left.kind, right.kind:
        case ("date", "date"):
            return Scalar("integer", minus(left.number, right.number), low=-SAFE_INTEGER, high=SAFE_INTEGER)
        case ("date", "duration") | ("duration", "date"):
            day, span = (left, right) if left.kind == "date" else (right, left)
            return Scalar("date", total((day.number, times(sign, _days(span)))))
        case ("datetime", "datetime"):
            return Scalar("duration", minus(left.number, right.number))
        case ("duration", "duration"):
            return _combined(node.operator, left, right)
        case ("datetime", "duration") | ("duration", "datetime"):
            instant, span = (left, right) if left.kind == "datetime" else (right, left)
            return Scalar("datetime", total((instant.number, times(sign * span.unit, span.number))))
    raise NotLowered(f"{left.kind} {node.operator} {right.kind}")


def _stretched(node: Binary, left: Scalar, right: Scalar) -> Scalar:
    span, factor = (left, right) if left.kind == "duration" else (right, left)
    if node.operator != "*" or span.kind != "duration" or factor.kind != "integer":
        raise NotLowered(f"{left.kind} {node.operator} {right.kind}")
    return replace(span, term=times(span.number, factor.number), low=None, high=None)


def _days(span: Scalar) -> Number:
    if span.unit == DAY:
        return span.number
    return floor_division(times(span.unit, span.number), DAY)


def fitted(of: Type, value: Value) -> Value:
    """A value as a field of the type stores it: decimals rounded to its places, half away from zero."""
    if not isinstance(value, Scalar) or not isinstance(of, ScalarType) or of.name != "decimal" or value.null is True:
        return value
    places = of.scale or 0
    if value.scale <= places:
        return scaled(value, places)
    factor = 10 ** (value.scale - places)
    bounds = [None if bound is None else rounded_quotient(bound, factor) for bound in (value.low, value.high)]
    term = rounded_quotient(value.number, factor)
    return replace(value, kind="decimal", term=term, scale=places, low=bounds[0], high=bounds[1])  # type: ignore[arg-type]
