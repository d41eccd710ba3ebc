"""Evaluate typed expressions over values in memory: the oracle's half of the four uses of an expression."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from devmatrix.expressions.evaluation.arithmetic import add, divide, multiply, negate, remainder, subtract
from devmatrix.expressions.evaluation.constants import constant_value
from devmatrix.expressions.evaluation.functions import FUNCTIONS
from devmatrix.ir.expressions import (
    Access,
    Binary,
    Call,
    Conditional,
    ContextValue,
    Expression,
    ListLiteral,
    LiteralValue,
    Macro,
    Old,
    Unary,
    Variable,
)


class Ref(str):
    """A row, by its label. Rows are equal when their labels are."""

    __slots__ = ()


@dataclass(frozen=True)
class Context:
    """What surrounds an operation: the same instant for all of it."""

    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day in UTC."""
        return self.now.astimezone(dt.UTC).date()


class Rows(Protocol):
    """A world of rows, as expressions see it."""

    def read(self, row: Ref, name: str, how: str, context: Context) -> Any:
        """The member of a row; None of a row that is not there."""


@dataclass(frozen=True)
class Scope:
    """Names and rows in reach; ``before`` are the rows as they were when the operation began."""

    variables: Mapping[str, Any]
    rows: Rows
    before: Rows

    def with_variable(self, name: str, value: Any) -> "Scope":
        """The scope with one name more, which hides an outer one."""
        return replace(self, variables={**self.variables, name: value})


def evaluate(expression: Expression, scope: Scope, context: Context) -> Any:
    """The value of an expression.

    Numbers are ``int`` and ``Decimal``, rows are ``Ref``, lists tuples, members and uuids text, null None. Raises
    ComputationError where a division by zero or a range ends the calculation.
    """
    return _EVALUATORS[expression.node](expression, scope, context)


def holds(condition: Expression, scope: Scope, context: Context) -> bool:
    """Whether a condition is true; a null one is not."""
    return evaluate(condition, scope, context) is True


def _literal(node: LiteralValue, _scope: Scope, _context: Context) -> Any:
    return constant_value(node.value, node.type.item.kind if node.type.item is not None else node.type.kind)


def _variable(node: Variable, scope: Scope, _context: Context) -> Any:
    return scope.variables[node.name]


def _context_value(node: ContextValue, _scope: Scope, context: Context) -> Any:
    return context.now if node.member == "now" else context.today


def _access(node: Access, scope: Scope, context: Context) -> Any:
    row = evaluate(node.operand, scope, context)
    return None if row is None else scope.rows.read(row, node.name, node.how, context)


def _unary(node: Unary, scope: Scope, context: Context) -> Any:
    value = evaluate(node.operand, scope, context)
    if node.operator == "!":
        return value is not True
    return None if value is None else negate(value)


def _binary(node: Binary, scope: Scope, context: Context) -> Any:
    if node.operator == "&&":
        return holds(node.left, scope, context) and holds(node.right, scope, context)
    if node.operator == "||":
        return holds(node.left, scope, context) or holds(node.right, scope, context)
    left, right = evaluate(node.left, scope, context), evaluate(node.right, scope, context)
    if node.operator in _ARITHMETIC:
        return None if left is None or right is None else _arithmetic(node, left, right)
    if _is_null(node.left) or _is_null(node.right):
        return (left is right) == (node.operator == "==")
    return left is not None and right is not None and _COMPARISONS[node.operator](left, right)


def _is_null(node: Expression) -> bool:
    return isinstance(node, LiteralValue) and node.value is None


def _arithmetic(node: Binary, left: Any, right: Any) -> Any:
    value = _ARITHMETIC[node.operator](left, right)
    if isinstance(value, dt.timedelta) and node.type.kind == "integer":
        return value.days
    return Decimal(value) if node.type.kind == "decimal" and isinstance(value, int) else value


def _conditional(node: Conditional, scope: Scope, context: Context) -> Any:
    return evaluate(node.then if holds(node.condition, scope, context) else node.otherwise, scope, context)


def _call(node: Call, scope: Scope, context: Context) -> Any:
    return FUNCTIONS[node.function]([evaluate(argument, scope, context) for argument in node.arguments])


def _macro(node: Macro, scope: Scope, context: Context) -> Any:
    items = evaluate(node.range, scope, context)
    if items is None:
        return False if node.macro in ("all", "exists") else None
    scopes = (scope.with_variable(node.variable, item) for item in items)
    match node.macro:
        case "all":
            return all(holds(node.body, inner, context) for inner in scopes)
        case "exists":
            return any(holds(node.body, inner, context) for inner in scopes)
        case "filter":
            return tuple(inner.variables[node.variable] for inner in scopes if holds(node.body, inner, context))
        case "map":
            return tuple(evaluate(node.body, inner, context) for inner in scopes)


def _old(node: Old, scope: Scope, context: Context) -> Any:
    return evaluate(node.operand, replace(scope, rows=scope.before), context)


def _list(node: ListLiteral, scope: Scope, context: Context) -> Any:
    return tuple(evaluate(item, scope, context) for item in node.items)


_EVALUATORS: dict[str, Callable[[Any, Scope, Context], Any]] = {
    "literal": _literal,
    "variable": _variable,
    "context": _context_value,
    "access": _access,
    "unary": _unary,
    "binary": _binary,
    "conditional": _conditional,
    "call": _call,
    "macro": _macro,
    "old": _old,
    "list": _list,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "in": lambda left, right: left in right,
}
