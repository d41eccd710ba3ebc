"""The typing rules of functions and macros, in one table each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast

from devmatrix.diagnostics.findings import write_instead
from devmatrix.expressions.fitting import BOOLEAN, DECIMAL, DURATION, INTEGER, TEXT, describe, unify
from devmatrix.expressions.literals import canonical_datetime, canonical_duration
from devmatrix.expressions.regex import read_pattern
from devmatrix.expressions.syntax import CallNode, LiteralNode, NameNode, Syntax
from devmatrix.expressions.variables import check_variable
from devmatrix.ir.expressions import (
    Call,
    ContextValue,
    Expression,
    FunctionName,
    ListLiteral,
    LiteralValue,
    Macro,
    Old,
    free_variables,
)
from devmatrix.ir.values import ValueType

if TYPE_CHECKING:
    from devmatrix.expressions.check import Checker
    from devmatrix.expressions.schema import Scope

MACROS = ("all", "exists", "filter", "map")
TEXT_METHODS = ("contains", "startsWith", "endsWith", "matches", "lowerAscii", "upperAscii")
_SUMMABLE = ("integer", "decimal")
_COMPARABLE = ("integer", "decimal", "date", "datetime", "duration")

Rule = Callable[["Checker", CallNode, "Scope", "ValueType | None"], "Expression | None"]


def check_call(checker: "Checker", node: CallNode, scope: "Scope", expected: ValueType | None) -> Expression | None:
    """A function, a method of a text, or a macro of a list."""
    if node.receiver is None:
        rule = FUNCTIONS.get(node.name)
        if rule is None:
            _report_unknown(checker, node)
            return None
        return rule(checker, node, scope, expected)
    if node.name in MACROS:
        return _macro(checker, node, scope)
    if node.name in TEXT_METHODS:
        return _text_method(checker, node, scope)
    if node.name == "size" and not node.arguments:
        return _size_of(checker, node, checker.check(node.receiver, scope))
    _report_unknown(checker, node)
    return None


def _report_unknown(checker: "Checker", node: CallNode) -> None:
    at = checker.fragment.span(node.name_start, node.name_start + len(node.name))
    methods = (*MACROS, *TEXT_METHODS, "size")
    fix = write_instead(node.name, FUNCTIONS if node.receiver is None else methods)
    if node.receiver is None and node.name in methods:
        fix = f"write it behind its value: 'value.{node.name}(...)'"
    elif node.receiver is not None and node.name in FUNCTIONS:
        fix = f"write it around its value: '{node.name}(value)'"
    checker.findings.add("DM509", at, f"there is no function '{node.name}'", fix)


def _counted(checker: "Checker", node: CallNode, count: int) -> bool:
    if len(node.arguments) == count:
        return True
    noun = "argument" if count == 1 else "arguments"
    checker.report("DM509", node, f"'{node.name}' takes {count or 'no'} {noun}, not {len(node.arguments)}")
    return False


def _call(checker: "Checker", node: CallNode, arguments: tuple[Expression, ...], type_: ValueType) -> Expression:
    function = cast("FunctionName", node.name)
    return Call(function=function, arguments=arguments, type=type_, span=checker.span(node))


def _macro(checker: "Checker", node: CallNode, scope: "Scope") -> Expression | None:
    assert node.receiver is not None  # noqa: S101  # the caller dispatches on it
    over = checker.check(node.receiver, scope)
    if not _counted(checker, node, 2):
        return None
    name, body_node = node.arguments
    if not isinstance(name, NameNode):
        checker.report("DM509", name, f"the first argument of '{node.name}' is a new name, such as 'i'")
        return None
    if over is None or not check_variable(name.name, checker.span(name), checker.findings):
        return None
    if over.type.kind != "list":
        checker.report("DM508", node.receiver, f"'{node.name}' goes over a list, not over {describe(over.type)}")
        return None
    item = over.type.item or ValueType(kind="null", nullable=True)
    inner = checker.with_variable(scope, name.name, item)
    body = checker.check(body_node, inner) if node.name == "map" else checker.check_boolean(body_node, inner)
    if body is None:
        return None
    macro = cast("Literal['all', 'exists', 'filter', 'map']", node.name)
    type_ = _macro_type(macro, over.type, body.type)
    return Macro(macro=macro, range=over, variable=name.name, body=body, type=type_, span=checker.span(node))


def _macro_type(macro: str, over: ValueType, body: ValueType) -> ValueType:
    match macro:
        case "map":
            return ValueType(kind="list", nullable=over.nullable, item=body)
        case "filter":
            return over
        case _:
            return BOOLEAN.as_nullable(nullable=over.nullable)


def _text_method(checker: "Checker", node: CallNode, scope: "Scope") -> Expression | None:
    assert node.receiver is not None  # noqa: S101  # the caller dispatches on it
    takes = 0 if node.name in ("lowerAscii", "upperAscii") else 1
    receiver = checker.check(node.receiver, scope)
    if not _counted(checker, node, takes) or receiver is None:
        return None
    found: list[Expression | None] = [receiver, *(checker.check(part, scope) for part in node.arguments)]
    arguments = tuple(part for part in found if part is not None)
    if len(arguments) < len(found):
        return None
    for argument, part in zip(arguments, (node.receiver, *node.arguments), strict=True):
        if argument.type.kind not in ("text", "null"):
            checker.report("DM508", part, f"'{node.name}' works on texts, not on {describe(argument.type)}")
            return None
    if node.name == "matches":
        if (pattern := _pattern(checker, node.arguments[0], arguments[1])) is None:
            return None
        arguments = (arguments[0], pattern)
    nullable = any(argument.type.nullable for argument in arguments)
    return _call(checker, node, arguments, (BOOLEAN if takes else TEXT).as_nullable(nullable=nullable))


def _pattern(checker: "Checker", part: Syntax, argument: Expression) -> Expression | None:
    if not isinstance(argument, LiteralValue) or not isinstance(argument.value, str):
        checker.report("DM511", part, "a pattern is a text in quotes")
        return None
    common, complaint = read_pattern(argument.value)
    if complaint is not None:
        checker.report("DM511", part, complaint)
        return None
    return argument.model_copy(update={"value": common})


def _size(checker: "Checker", node: CallNode, scope: "Scope", _: ValueType | None) -> Expression | None:
    return _size_of(checker, node, checker.check(node.arguments[0], scope)) if _counted(checker, node, 1) else None


def _size_of(checker: "Checker", node: CallNode, operand: Expression | None) -> Expression | None:
    if operand is None:
        return None
    if operand.type.kind not in ("list", "text"):
        checker.report("DM508", node, f"'size' counts a list or a text, not {describe(operand.type)}")
        return None
    return _call(checker, node, (operand,), INTEGER.as_nullable(nullable=operand.type.nullable))


def _sum(checker: "Checker", node: CallNode, scope: "Scope", _: ValueType | None) -> Expression | None:
    if not _counted(checker, node, 1):
        return None
    operand = checker.check(node.arguments[0], scope)
    if operand is None:
        return None
    item = operand.type.item
    if operand.type.kind != "list" or item is None or item.kind not in (*_SUMMABLE, "null"):
        checker.report("DM508", node, f"'sum' adds a list of numbers, not {describe(operand.type)}", _map_hint(operand))
        return None
    type_ = DECIMAL if item.kind == "decimal" else INTEGER
    return _call(checker, node, (operand,), type_.as_nullable(nullable=operand.type.nullable))


def _map_hint(operand: Expression) -> str | None:
    rows = operand.type.kind == "list" and operand.type.item is not None and operand.type.item.kind == "entity"
    return "name what to take of each row: '.map(i, i.field)'" if rows else None


def _extreme(checker: "Checker", node: CallNode, scope: "Scope", expected: ValueType | None) -> Expression | None:
    if not node.arguments:
        checker.report("DM509", node, f"'{node.name}' takes a list, or values to choose from")
        return None
    hint = expected if expected is not None and expected.kind in _COMPARABLE else None
    found = [checker.check(argument, scope, hint) for argument in node.arguments]
    arguments = tuple(argument for argument in found if argument is not None)
    if len(arguments) < len(found):
        return None
    operand = (
        arguments[0] if len(arguments) == 1 and arguments[0].type.kind == "list" else _listed(checker, node, arguments)
    )
    if operand is None:
        return None
    item, kinds = operand.type.item, _SUMMABLE if node.name == "avg" else _COMPARABLE
    if item is None or item.kind not in (*kinds, "null"):
        what = "numbers" if node.name == "avg" else "numbers, dates or times"
        message = f"'{node.name}' takes {what}, not {describe(operand.type)}"
        checker.report("DM508", node, message, _map_hint(operand))
        return None
    return _call(checker, node, (operand,), _extreme_type(node.name, item, operand))


def _extreme_type(name: str, item: ValueType, operand: Expression) -> ValueType:
    certain = isinstance(operand, ListLiteral) and any(not part.type.nullable for part in operand.items)
    return (DECIMAL if name == "avg" else item).as_nullable(nullable=not certain)


def _listed(checker: "Checker", node: CallNode, arguments: tuple[Expression, ...]) -> Expression | None:
    type_: ValueType | None = arguments[0].type
    for argument in arguments[1:]:
        type_ = None if type_ is None else unify(type_, argument.type)
    if type_ is None or type_.kind == "list":
        checker.report("DM507", node, f"the arguments of '{node.name}' have one type")
        return None
    return ListLiteral(items=arguments, type=ValueType(kind="list", item=type_), span=checker.span(node))


def _has(checker: "Checker", node: CallNode, scope: "Scope", _: ValueType | None) -> Expression | None:
    if not _counted(checker, node, 1):
        return None
    operand = checker.check(node.arguments[0], scope)
    return None if operand is None else _call(checker, node, (operand,), BOOLEAN)


def _now(checker: "Checker", node: CallNode, _: "Scope", __: ValueType | None) -> Expression | None:
    if not _counted(checker, node, 0):
        return None
    if node.name == "now":
        return ContextValue(member="now", type=ValueType(kind="datetime"), span=checker.span(node))
    return ContextValue(member="today", type=ValueType(kind="date"), span=checker.span(node))


def _old(checker: "Checker", node: CallNode, scope: "Scope", expected: ValueType | None) -> Expression | None:
    if not _counted(checker, node, 1):
        return None
    if not scope.old:
        checker.report("DM513", node, "'old' is the value before the flow, and stands in 'ensures' only")
        return None
    operand = checker.check(node.arguments[0], checker.before(scope), expected)
    if operand is None:
        return None
    used = free_variables(operand)
    if (made := sorted(used & scope.created)) != []:
        checker.report("DM513", node, f"'{made[0]}' was created by this flow, so there is no value before it")
        return None
    new = any(
        name in used and type_.entity in scope.made for name, type_ in scope.variables.items() if name in scope.macros
    )
    type_ = operand.type.as_nullable(nullable=operand.type.nullable or new)
    return Old(operand=operand, type=type_, span=checker.span(node))


def _literal_text(checker: "Checker", node: CallNode, example: str) -> str | None:
    if not _counted(checker, node, 1):
        return None
    argument = node.arguments[0]
    if not isinstance(argument, LiteralNode) or argument.kind != "text":
        checker.report("DM510", node, f"'{node.name}' takes a text in quotes", f"write '{node.name}(\"{example}\")'")
        return None
    return argument.value


def _timestamp(checker: "Checker", node: CallNode, _: "Scope", __: ValueType | None) -> Expression | None:
    example = "2026-12-31T12:00:00Z"
    if (text := _literal_text(checker, node, example)) is None:
        return None
    if (value := canonical_datetime(text)) is None:
        checker.report("DM510", node, f"'{text}' is no instant", f"write '{example}'")
        return None
    return LiteralValue(value=value, type=ValueType(kind="datetime"), span=checker.span(node))


def _duration(checker: "Checker", node: CallNode, _: "Scope", __: ValueType | None) -> Expression | None:
    if (text := _literal_text(checker, node, "1h30m")) is None:
        return None
    if (value := canonical_duration(text)) is None:
        checker.report("DM510", node, f"'{text}' is no duration", "write '1h30m', '45s' or '0.5s'")
        return None
    return _call(checker, node, (LiteralValue(value=value, type=TEXT, span=checker.span(node)),), DURATION)


def _span_of_time(checker: "Checker", node: CallNode, scope: "Scope", _: ValueType | None) -> Expression | None:
    if not _counted(checker, node, 1):
        return None
    operand = checker.check(node.arguments[0], scope, INTEGER)
    if operand is None:
        return None
    if operand.type.kind != "integer":
        checker.report("DM508", node, f"'{node.name}' takes an integer, not {describe(operand.type)}")
        return None
    return _call(checker, node, (operand,), DURATION.as_nullable(nullable=operand.type.nullable))


FUNCTIONS: dict[str, Rule] = {
    "size": _size,
    "sum": _sum,
    "min": _extreme,
    "max": _extreme,
    "avg": _extreme,
    "has": _has,
    "now": _now,
    "today": _now,
    "old": _old,
    "timestamp": _timestamp,
    "duration": _duration,
    "days": _span_of_time,
    "hours": _span_of_time,
    "minutes": _span_of_time,
}
