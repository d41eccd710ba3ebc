"""The typing rules of operators."""

from typing import TYPE_CHECKING, cast

from devmatrix.expressions.fitting import BOOLEAN, DECIMAL, DURATION, INTEGER, NUMBERS, ORDERED, describe, unify
from devmatrix.expressions.syntax import BinaryNode, LiteralNode, UnaryNode
from devmatrix.ir.expressions import Binary, BinaryOperator, Call, Expression, LiteralValue, Unary
from devmatrix.ir.values import ValueType

if TYPE_CHECKING:
    from devmatrix.expressions.check import Checker
    from devmatrix.expressions.schema import Scope


def check_unary(checker: "Checker", node: UnaryNode, scope: "Scope", expected: ValueType | None) -> Expression | None:
    """``!x`` of a condition, ``-x`` of a number or a duration."""
    span = checker.span(node)
    if node.operator == "!":
        operand = checker.check_boolean(node.operand, scope)
        return None if operand is None else Unary(operator="!", operand=operand, type=BOOLEAN, span=span)
    operand = checker.check(node.operand, scope, expected)
    if operand is None:
        return None
    if operand.type.kind not in (*NUMBERS, "duration"):
        checker.report("DM508", node, f"'-' takes a number or a duration, not {describe(operand.type)}")
        return None
    if isinstance(node.operand, LiteralNode) and isinstance(operand, LiteralValue):
        return LiteralValue(value=_negated(operand), type=operand.type, span=span)
    return Unary(operator="-", operand=operand, type=operand.type, span=span)


def _negated(literal: LiteralValue) -> int | str:
    return -literal.value if isinstance(literal.value, int) else f"-{literal.value}"


def check_binary(checker: "Checker", node: BinaryNode, scope: "Scope", expected: ValueType | None) -> Expression | None:
    """Any operator with two sides."""
    match node.operator:
        case "&&" | "||":
            return _logic(checker, node, scope)
        case "in":
            return _membership(checker, node, scope)
        case "+" | "-" | "*" | "/" | "%":
            return _arithmetic(checker, node, scope, expected)
        case _:
            return _comparison(checker, node, scope)


def _made(checker: "Checker", node: BinaryNode, left: Expression, right: Expression, type_: ValueType) -> Expression:
    operator = cast("BinaryOperator", node.operator)
    return Binary(operator=operator, left=left, right=right, type=type_, span=checker.span(node))


def _logic(checker: "Checker", node: BinaryNode, scope: "Scope") -> Expression | None:
    left = checker.check_boolean(node.left, scope)
    right = checker.check_boolean(node.right, scope)
    return None if left is None or right is None else _made(checker, node, left, right, BOOLEAN)


def _comparison(checker: "Checker", node: BinaryNode, scope: "Scope") -> Expression | None:
    left, right = checker.check_pair(node.left, node.right, scope)
    if left is None or right is None:
        return None
    common = unify(left.type, right.type)
    if common is None:
        message = f"{describe(left.type)} cannot be compared with {describe(right.type)}"
        checker.report("DM506", node, message, _hidden_member(node, left, right))
        return None
    with_null = "null" in (left.type.kind, right.type.kind)
    if node.operator in ("==", "!="):
        if common.kind == "json" and not with_null:
            checker.report("DM506", node, "json can only be compared with null")
            return None
        if common.kind == "list" and not with_null:
            checker.report("DM506", node, "lists cannot be compared", "compare their sizes, or use 'all' and 'exists'")
            return None
    elif with_null or common.kind not in ORDERED:
        what = "null" if with_null else describe(common)
        checker.report("DM506", node, f"'{node.operator}' cannot order {what}", "compare with '==' or '!='")
        return None
    return _made(checker, node, left, right, BOOLEAN)


def _hidden_member(node: BinaryNode, left: Expression, right: Expression) -> str | None:
    for side, syntax, other in ((left, node.left, right), (right, node.right, left)):
        name = getattr(syntax, "name", None)
        if side.type.kind != "choice" and other.type.kind == "choice" and name in other.type.members:
            return f'a variable or field hides the member: write "{name}" in quotes'
    return None


def _membership(checker: "Checker", node: BinaryNode, scope: "Scope") -> Expression | None:
    if checker.borrows(node.left, scope):
        right = checker.check(node.right, scope)
        item = right.type.item if right is not None else None
        left = None if right is None else checker.check(node.left, scope, item)
    else:
        left = checker.check(node.left, scope)
        wanted = None if left is None else ValueType(kind="list", item=left.type)
        right = None if left is None else checker.check(node.right, scope, wanted)
    if left is None or right is None:
        return None
    if right.type.kind != "list":
        fix = "write 'text.contains(part)'" if right.type.kind == "text" else None
        checker.report("DM506", node, f"'in' looks into a list, not into {describe(right.type)}", fix)
        return None
    if right.type.item is not None and unify(left.type, right.type.item) is None:
        checker.report("DM506", node, f"{describe(right.type)} cannot hold {describe(left.type)}")
        return None
    return _made(checker, node, left, right, BOOLEAN)


def _arithmetic(checker: "Checker", node: BinaryNode, scope: "Scope", expected: ValueType | None) -> Expression | None:
    hint = expected if expected is not None and expected.kind in NUMBERS else None
    left = checker.check(node.left, scope, hint)
    right = checker.check(node.right, scope, hint)
    if left is None or right is None:
        return None
    type_ = _result(node.operator, left, right)
    if type_ is None:
        message = f"'{node.operator}' cannot join {describe(left.type)} and {describe(right.type)}"
        fix = "add whole days: 'days(n)'" if "date" in (left.type.kind, right.type.kind) else None
        checker.report("DM508", node, message, fix)
        return None
    nullable = left.type.nullable or right.type.nullable
    return _made(checker, node, left, right, type_.as_nullable(nullable=nullable))


def _result(operator: str, left: Expression, right: Expression) -> ValueType | None:
    first, second = left.type.kind, right.type.kind
    if first in NUMBERS and second in NUMBERS:
        return _number(operator, left.type, right.type)
    match first, operator, second:
        case "text", "+", "text":
            return ValueType(kind="text")
        case "datetime", "+" | "-", "duration":
            return ValueType(kind="datetime")
        case "duration", "+", "datetime":
            return ValueType(kind="datetime")
        case "datetime", "-", "datetime":
            return DURATION
        case "date", "-", "date":
            return INTEGER
        case "date", "+" | "-", "duration" if _whole_days(right):
            return ValueType(kind="date")
        case "duration", "+", "date" if _whole_days(left):
            return ValueType(kind="date")
        case "duration", "+" | "-", "duration":
            return DURATION
        case "duration", "*", "integer":
            return DURATION
        case "integer", "*", "duration":
            return DURATION
        case _:
            return None


def _number(operator: str, left: ValueType, right: ValueType) -> ValueType | None:
    if left.kind == right.kind == "integer":
        return INTEGER
    if operator == "%":
        return None
    return DECIMAL


def _whole_days(expression: Expression) -> bool:
    match expression:
        case Call(function="days"):
            return True
        case Unary(operand=operand):
            return _whole_days(operand)
        case Binary(operator="+" | "-", left=left, right=right):
            return _whole_days(left) and _whole_days(right)
        case _:
            return False
