"""Whether what an operation computes or stores can leave its bounds."""

import re

from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import (
    Access,
    Binary,
    Call,
    Conditional,
    Expression,
    ListLiteral,
    LiteralValue,
    Variable,
    walk,
)
from devmatrix.ir.types import SAFE_INTEGER, ListOf, Many, Scalar
from devmatrix.ir.validation import Pattern
from devmatrix.passes.extents import COUNT_LIMIT, SAFE, Declared, Surroundings, length_bounds, number_bounds

_FORMATS = frozenset({"email", "url", "slug"})


def may_leave(surroundings: Surroundings, field: Field, value: Expression) -> bool:
    """Whether storing the value in the field can break the field's type or constraints."""
    if isinstance(value, LiteralValue) and value.value is None:
        return False
    if isinstance(value, Conditional):
        return any(may_leave(surroundings, field, branch) for branch in (value.then, value.otherwise))
    source, target = surroundings.declared(value), Declared(field.type, field.constraints)
    if source == target:
        return False
    match field.type:
        case Scalar(name="integer" | "decimal"):
            return not surroundings.number(value).within(number_bounds(target))
        case Scalar(name="text" | "email" | "url" | "slug" | "password"):
            return _may_leave_text(surroundings, target, source, value)
        case Many():
            return _may_leave_many(surroundings, field, value)
        case ListOf():
            return source is None or source.type != field.type or bool(field.constraints)
        case _:
            return bool(field.constraints) and (source is None or source.constraints != field.constraints)


def _may_leave_many(surroundings: Surroundings, field: Field, value: Expression) -> bool:
    """The list of a body has the bounds of its field already."""
    if isinstance(value, Variable):
        return value.name in surroundings.lets and bool(field.constraints)
    if isinstance(value, ListLiteral):
        low, high = length_bounds(Declared(field.type, field.constraints))
        return (low is not None and len(value.items) < low) or (high is not None and len(value.items) > high)
    return bool(field.constraints)


def _may_leave_text(surroundings: Surroundings, target: Declared, source: Declared | None, value: Expression) -> bool:
    if not surroundings.length(value).within(length_bounds(target)):
        return True
    if isinstance(target.type, Scalar) and target.type.name in _FORMATS:
        same = source is not None and isinstance(source.type, Scalar) and source.type.name == target.type.name
        if not same:
            return True
    known = {item.regex for item in source.constraints if isinstance(item, Pattern)} if source is not None else set()
    wanted = [item.regex for item in target.constraints if isinstance(item, Pattern)]
    if isinstance(value, LiteralValue) and isinstance(value.value, str):
        text = value.value
        return any(re.search(regex, text) is None for regex in wanted)
    return any(regex not in known for regex in wanted)


def may_fail(
    surroundings: Surroundings, expression: Expression, *, seen: frozenset[tuple[str, str]] = frozenset()
) -> bool:
    """Whether evaluating can end in a division by zero or beyond the safe integers, computed fields included."""
    return any(_part_may_fail(surroundings, part, seen) for part in walk(expression))


def _part_may_fail(surroundings: Surroundings, part: Expression, seen: frozenset[tuple[str, str]]) -> bool:
    match part:
        case Access(how="value") if (part.entity, part.name) not in seen:
            computed = surroundings.directory.field(part.entity, part.name).computed
            inner = seen | {(part.entity, part.name)}
            return computed is not None and may_fail(surroundings, computed, seen=inner)
        case Binary(operator="/" | "%"):
            return not surroundings.number(part.right).without_zero()
        case Binary(operator="+" | "-" | "*") if part.type.kind == "integer":
            return not surroundings.computed(part).within(SAFE)
        case Binary(operator="+" | "-") if part.type.kind in ("date", "datetime"):
            return True
        case Call(function="sum") if part.type.kind == "integer":
            item = surroundings.items(part.arguments[0])
            ends = [end for end in item if end is not None]
            return len(ends) < 2 or max(abs(end) for end in ends) * COUNT_LIMIT > SAFE_INTEGER
        case _:
            return False
