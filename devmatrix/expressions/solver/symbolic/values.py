"""What an expression comes to while rows and inputs are unknown: scalars, rows and lists under conditions."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from devmatrix.expressions.solver.symbolic.terms import (
    Formula,
    Number,
    Truth,
    any_of,
    at_most,
    both,
    choose,
    either,
    equal,
    less,
    negate,
    times,
)


class NotLowered(Exception):  # noqa: N818
    """An expression or type that the solver has no formula for."""


class NeedsTexts(NotLowered):
    """An expression looks into a text, so that texts must be more than tokens."""


class RowId(NamedTuple):
    """A row that may be there: the n-th of its entity's pool. Rows that the operation makes count on from the pool."""

    entity: str
    number: int


@dataclass(frozen=True)
class Scalar:
    """A plain value.

    ``term`` by kind: decimals are multiplied by ``10**scale``, dates are days and datetimes microseconds from the
    nominal now, durations count ``unit`` microseconds, members and abstract texts are numbers of their own. ``low`` and
    ``high`` are known bounds (of a text: of its length); ``known`` the patterns and sorts of text that it keeps.
    """

    kind: str
    term: Formula
    null: Truth = False
    scale: int = 0
    unit: int = 1
    low: int | None = None
    high: int | None = None
    known: frozenset[str] = frozenset()

    @property
    def number(self) -> Number:
        """The term of a value that is not a truth."""
        return self.term  # type: ignore[return-value]


@dataclass(frozen=True)
class Row:
    """A row, or none: at most one of the choices holds; of a certain one exactly one."""

    entity: str
    choices: tuple[tuple[RowId, Truth], ...]
    certain: bool = False

    def is_row(self, row: RowId) -> Truth:
        """Whether it is this row."""
        return next((guard for candidate, guard in self.choices if candidate == row), False)

    @property
    def null(self) -> Truth:
        """Whether it is none."""
        if self.certain:
            return False
        return negate(any_of(guard for _, guard in self.choices))

    def where(self, keep: dict[RowId, Truth]) -> "Row":
        """The row where it is kept, else none."""
        narrowed = ((row, both(guard, keep.get(row, True))) for row, guard in self.choices)
        return Row(self.entity, tuple((row, guard) for row, guard in narrowed if guard is not False))


@dataclass(frozen=True)
class Items:
    """A list: each item is in it where its condition holds, in this order."""

    items: tuple[tuple[Truth, "Value"], ...]
    null: Truth = False


Value = Scalar | Row | Items

NULL = Scalar("null", 0, null=True)


def truth(value: Value) -> Truth:
    """A condition: null is false."""
    if not isinstance(value, Scalar):
        raise NotLowered("a row or a list where a condition stands")
    return both(negate(value.null), value.term)  # type: ignore[arg-type]


def condition(value: Truth) -> Scalar:
    """The value of a condition."""
    return Scalar("boolean", value)


def only(row: RowId) -> Row:
    """Just this row."""
    return Row(row.entity, ((row, True),))


def merged(guard: Truth, then: Value, otherwise: Value) -> Value:
    """The one where the condition holds, else the other."""
    if isinstance(guard, bool):
        return then if guard else otherwise
    if isinstance(then, Items) or isinstance(otherwise, Items):
        return _merged_items(guard, _as_items(then), _as_items(otherwise))
    if isinstance(then, Row) or isinstance(otherwise, Row):
        return _merged_rows(guard, then, otherwise)
    return _merged_scalars(guard, then, otherwise)


def _as_items(value: Value) -> Items:
    return value if isinstance(value, Items) else Items((), null=True)


def _merged_items(guard: Truth, then: Items, otherwise: Items) -> Items:
    no = negate(guard)
    items = [(both(guard, held), item) for held, item in then.items]
    items += [(both(no, held), item) for held, item in otherwise.items]
    kept = tuple((held, item) for held, item in items if held is not False)
    return Items(kept, choose(guard, then.null, otherwise.null))


def _merged_rows(guard: Truth, then: Value, otherwise: Value) -> Row:
    left = dict(then.choices) if isinstance(then, Row) else {}
    right = dict(otherwise.choices) if isinstance(otherwise, Row) else {}
    entity = then.entity if isinstance(then, Row) else otherwise.entity  # type: ignore[union-attr]
    found = {row: choose(guard, left.get(row, False), right.get(row, False)) for row in {**left, **right}}
    return Row(entity, tuple((row, held) for row, held in found.items() if held is not False))


def _merged_scalars(guard: Truth, then: Scalar, otherwise: Scalar) -> Scalar:
    if then.null is True or otherwise.null is True:
        valued = otherwise if then.null is True else then
        return replace(valued, null=choose(guard, then.null, otherwise.null))
    then, otherwise = aligned(then, otherwise)
    lows, highs = (then.low, otherwise.low), (then.high, otherwise.high)
    return replace(
        then,
        term=choose(guard, then.term, otherwise.term),
        null=choose(guard, then.null, otherwise.null),
        low=None if None in lows else min(lows),  # type: ignore[type-var]
        high=None if None in highs else max(highs),  # type: ignore[type-var]
        known=then.known & otherwise.known,
    )


def aligned(left: Scalar, right: Scalar) -> tuple[Scalar, Scalar]:
    """Both with the same places and unit."""
    if "decimal" in (left.kind, right.kind):
        places = max(left.scale, right.scale)
        return scaled(left, places), scaled(right, places)
    if left.unit != right.unit:
        return _in_microseconds(left), _in_microseconds(right)
    return left, right


def scaled(value: Scalar, places: int) -> Scalar:
    """A number with at least so many places, as a decimal."""
    if value.kind == "decimal" and value.scale >= places:
        return value
    factor = 10 ** (places - value.scale)
    low = None if value.low is None else value.low * factor
    high = None if value.high is None else value.high * factor
    return replace(value, kind="decimal", term=times(factor, value.number), scale=places, low=low, high=high)


def _in_microseconds(value: Scalar) -> Scalar:
    return (
        value if value.unit == 1 else replace(value, term=times(value.unit, value.number), unit=1, low=None, high=None)
    )


def same(left: Value, right: Value) -> Truth:
    """Whether both are equal; false where one is null."""
    if isinstance(left, Row) and isinstance(right, Row):
        return any_of(both(guard, right.is_row(row)) for row, guard in left.choices)
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        if left.null is True or right.null is True:
            return False
        left, right = aligned(left, right)
        return both(negate(left.null), negate(right.null), equal(left.term, right.term))
    if isinstance(left, Items) or isinstance(right, Items):
        raise NotLowered("lists are compared as a whole")
    return False


def ordered(left: Value, right: Value, *, strictly: bool) -> Truth:
    """Whether the left one is smaller (or equal); false where one is null."""
    if not isinstance(left, Scalar) or not isinstance(right, Scalar):
        raise NotLowered("rows or lists are ordered")
    if left.null is True or right.null is True:
        return False
    left, right = aligned(left, right)
    compared = less(left.number, right.number) if strictly else at_most(left.number, right.number)
    return both(negate(left.null), negate(right.null), compared)


def null_of(value: Value) -> Truth:
    """Whether the value is null."""
    return value.null


def contained(item: Value, items: Items) -> Truth:
    """Whether the item is in the list; false where one of them is null."""
    return both(negate(items.null), any_of(both(held, same(item, other)) for held, other in items.items))


def differs(left: Value, right: Value) -> Truth:
    """Whether both are not the same, null counting as a value of its own."""
    if isinstance(left, Items) and isinstance(right, Items):
        return _lists_differ(left, right)
    if isinstance(left, Items) or isinstance(right, Items):
        return True
    agree = either(both(null_of(left), null_of(right)), same(left, right))
    return negate(agree)


def _lists_differ(left: Items, right: Items) -> Truth:
    one = any_of(both(held, negate(contained(item, right))) for held, item in left.items)
    other = any_of(both(held, negate(contained(item, left))) for held, item in right.items)
    return either(one, other)


def memberships(items: Items) -> dict[RowId, Truth]:
    """For each row that a list of rows may hold: when it does."""
    found: dict[RowId, list[Truth]] = {}
    for held, item in items.items:
        if isinstance(item, Row):
            for row, guard in item.choices:
                found.setdefault(row, []).append(both(held, guard))
    return {row: any_of(guards) for row, guards in found.items()}
