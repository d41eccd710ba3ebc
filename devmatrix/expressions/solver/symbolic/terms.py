"""Formulas as plain data: built with folding, converted for the solver when asked, computed under a model."""

from collections.abc import Iterable
from typing import Any, Literal

Sort = Literal["bool", "int", "text"]
Operator = Literal[
    "bool", "int", "text", "not", "and", "or", "choose", "equal", "less", "at most", "sum", "times", "floor",
    "apply", "length", "joined", "contains", "starts", "ends", "before", "found", "cased",
]  # fmt: skip


class Term:
    """A formula. Constants are plain ``bool``, ``int`` and ``str``; everything else is a term."""

    __slots__ = ("arguments", "operator", "sort")

    def __init__(self, operator: Operator, sort: Sort, *arguments: Any) -> None:
        self.operator = operator
        self.sort = sort
        self.arguments = arguments

    def __repr__(self) -> str:
        return f"({self.operator} {' '.join(map(repr, self.arguments))})"


Truth = bool | Term
Number = int | Term
Text = str | Term
Formula = bool | int | str | Term


def negate(value: Truth) -> Truth:
    """Not."""
    if isinstance(value, bool):
        return not value
    if value.operator == "not":
        return value.arguments[0]  # type: ignore[no-any-return]
    return Term("not", "bool", value)


def both(*parts: Truth) -> Truth:
    """All of them."""
    return _joined("and", parts, neutral=True)


def either(*parts: Truth) -> Truth:
    """Any of them."""
    return _joined("or", parts, neutral=False)


def all_of(parts: Iterable[Truth]) -> Truth:
    """All of many."""
    return _joined("and", tuple(parts), neutral=True)


def any_of(parts: Iterable[Truth]) -> Truth:
    """Any of many."""
    return _joined("or", tuple(parts), neutral=False)


def _joined(operator: Literal["and", "or"], parts: tuple[Truth, ...], *, neutral: bool) -> Truth:
    kept: dict[int, Term] = {}
    for part in parts:
        if isinstance(part, bool):
            if part is not neutral:
                return not neutral
        elif part.operator == operator:
            kept.update((id(inner), inner) for inner in part.arguments)
        else:
            kept[id(part)] = part
    for part in kept.values():
        if part.operator == "not" and id(part.arguments[0]) in kept:
            return not neutral
    if not kept:
        return neutral
    if len(kept) == 1:
        return next(iter(kept.values()))
    return Term(operator, "bool", *kept.values())


def implies(condition: Truth, consequence: Truth) -> Truth:
    """If the one, then the other."""
    return either(negate(condition), consequence)


def choose(condition: Truth, then: Formula, otherwise: Formula) -> Any:
    """The one or the other."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then is otherwise or (type(then) is type(otherwise) and not isinstance(then, Term) and then == otherwise):
        return then
    sort = sort_of(then)
    if sort == "bool":
        return _choose_truth(condition, then, otherwise)  # type: ignore[arg-type]
    return Term("choose", sort, condition, then, otherwise)


def _choose_truth(condition: Term, then: Truth, otherwise: Truth) -> Truth:
    if isinstance(then, bool):
        return either(condition, otherwise) if then else both(negate(condition), otherwise)
    if isinstance(otherwise, bool):
        return either(negate(condition), then) if otherwise else both(condition, then)
    return Term("choose", "bool", condition, then, otherwise)


def sort_of(value: Formula) -> Sort:
    """What a formula gives."""
    if isinstance(value, Term):
        return value.sort
    return "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "text"


def equal(left: Formula, right: Formula) -> Truth:
    """Whether both are the same; both of one sort."""
    if left is right:
        return True
    if not isinstance(left, Term):
        left, right = right, left
    if not isinstance(left, Term):
        return left == right
    if left.sort == "bool":
        return choose(left, right, negate(right))  # type: ignore[arg-type, no-any-return]
    if left.operator == "choose" and not isinstance(right, Term):
        condition, then, otherwise = left.arguments
        if not isinstance(then, Term) or not isinstance(otherwise, Term):
            return choose(condition, equal(then, right), equal(otherwise, right))  # type: ignore[no-any-return]
    return Term("equal", "bool", left, right)


def less(left: Number, right: Number) -> Truth:
    """Strictly smaller."""
    if not isinstance(left, Term) and not isinstance(right, Term):
        return left < right
    return False if left is right else Term("less", "bool", left, right)


def at_most(left: Number, right: Number) -> Truth:
    """Smaller or equal."""
    if not isinstance(left, Term) and not isinstance(right, Term):
        return left <= right
    return True if left is right else Term("at most", "bool", left, right)


def total(parts: Iterable[Number]) -> Number:
    """The sum."""
    constant = 0
    kept: list[Term] = []
    for part in parts:
        if not isinstance(part, Term):
            constant += part
        elif part.operator == "sum":
            kept.extend(inner for inner in part.arguments if isinstance(inner, Term))
            constant += sum(inner for inner in part.arguments if not isinstance(inner, Term))
        else:
            kept.append(part)
    if not kept:
        return constant
    if len(kept) == 1 and constant == 0:
        return kept[0]
    return Term("sum", "int", *kept, *((constant,) if constant else ()))


def times(left: Number, right: Number) -> Number:
    """The product; of a term and a constant it is linear."""
    if not isinstance(right, Term):
        left, right = right, left
    if isinstance(left, Term) or not isinstance(right, Term):
        return left * right if not isinstance(left, Term) else Term("times", "int", left, right)  # type: ignore[operator]
    if left == 0:
        return 0
    if right.operator == "times" and not isinstance(right.arguments[0], Term):
        return times(left * right.arguments[0], right.arguments[1])
    return right if left == 1 else Term("times", "int", left, right)


def minus(left: Number, right: Number) -> Number:
    """The difference."""
    return 0 if left is right else total((left, times(-1, right)))


def floor_division(left: Number, right: Number) -> Number:
    """The quotient by a positive number, towards minus infinity."""
    if not isinstance(left, Term) and not isinstance(right, Term):
        return left // right
    return left if right == 1 else Term("floor", "int", left, right)


def magnitude(value: Number) -> Number:
    """The number without its sign."""
    return choose(less(value, 0), times(-1, value), value)  # type: ignore[no-any-return]


def signed(value: Number, *, like: Truth) -> Number:
    """The number, negative where ``like`` holds."""
    return choose(like, times(-1, value), value)  # type: ignore[no-any-return]
