"""Rewrite a template's tree so that what may run away is counted."""

from jinja2 import nodes

from patternbank.rendering.budget import ROUND

_EQUAL = ("eq", "ne")
_ORDERED = ("lt", "lteq", "gt", "gteq")


def meter(tree: nodes.Template) -> None:
    """Let every loop, macro and comparison count itself; what each costs is fixed when it is compiled."""
    for loop in tuple(tree.find_all(nodes.For)):
        source: nodes.Expr = loop.iter  # type: ignore[assignment]
        loop.iter = _filtered(source, "_counted", _cost(loop))
    for macro in tuple(tree.find_all(nodes.Macro)):
        empty = nodes.Const("", lineno=macro.lineno)
        call = nodes.Output([_filtered(empty, "_called", _cost(macro))], lineno=macro.lineno)
        macro.body.insert(0, call)
    for comparison in tuple(tree.find_all(nodes.Compare)):
        if not _is_quick(comparison):
            comparison.expr = _weighed(comparison.expr)
            for operand in comparison.ops:
                operand.expr = _weighed(operand.expr)


def _cost(node: nodes.Node) -> int:
    return ROUND + sum(1 for _ in node.find_all(nodes.Node))


def _is_quick(comparison: nodes.Compare) -> bool:
    """Say whether one side is a plain value, or what is looked through is written in the template."""
    if len(comparison.ops) != 1:
        return False
    (operand,) = comparison.ops
    if operand.op in (*_EQUAL, *_ORDERED):
        return isinstance(comparison.expr, nodes.Const) or isinstance(operand.expr, nodes.Const)
    return isinstance(operand.expr, (nodes.List, nodes.Tuple)) and all(
        isinstance(item, nodes.Const) for item in operand.expr.items
    )


def _weighed(expression: nodes.Expr) -> nodes.Expr:
    return expression if isinstance(expression, nodes.Const) else _filtered(expression, "_weighed")


def _filtered(expression: nodes.Expr, name: str, *arguments: int) -> nodes.Filter:
    given: list[nodes.Expr] = [nodes.Const(argument, lineno=expression.lineno) for argument in arguments]
    return nodes.Filter(expression, name, given, [], None, None, lineno=expression.lineno)
