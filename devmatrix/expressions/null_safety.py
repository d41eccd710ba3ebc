"""A warning where a condition turns the answer for null around without having asked for null."""

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.model import Span
from devmatrix.ir.expressions import Binary, Call, Conditional, Expression, LiteralValue, Macro, Unary, operands

_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


def warn_of_nulls(condition: Expression, fallback: Span, findings: Findings) -> None:
    """Warns of each negated comparison whose side may be null while nothing in the condition asks whether it is."""
    asked = _asked(condition)
    for comparison in _negated(condition, negative=False):
        for side in (comparison.left, comparison.right):
            if side.type.nullable and side.type.kind != "null" and _bare(side) not in asked:
                findings.add(
                    "DM601",
                    comparison.span or fallback,
                    "a comparison with null is false, so this negated one is true where its value is null",
                    "add '&& has(...)' or '|| x == null', whichever is meant",
                )
                break


def _negated(expression: Expression, *, negative: bool) -> list[Binary]:
    match expression:
        case Unary(operator="!", operand=operand):
            return _negated(operand, negative=not negative)
        case Binary(operator=operator) if operator in _COMPARISONS:
            with_null = "null" in (expression.left.type.kind, expression.right.type.kind)
            return [expression] if negative and not with_null else []
        case Binary(operator="&&" | "||", left=left, right=right):
            return [*_negated(left, negative=negative), *_negated(right, negative=negative)]
        case Macro(macro="all" | "exists", body=body):
            return _negated(body, negative=negative)
        case Conditional(then=then, otherwise=otherwise):
            return [*_negated(then, negative=negative), *_negated(otherwise, negative=negative)]
        case _:
            return []


def _asked(expression: Expression) -> frozenset[str]:
    found: set[str] = set()
    match expression:
        case Binary(operator="==" | "!=", left=left, right=LiteralValue(value=None)):
            found.add(_bare(left))
        case Binary(operator="==" | "!=", left=LiteralValue(value=None), right=right):
            found.add(_bare(right))
        case Call(function="has", arguments=(argument,)):
            found.add(_bare(argument))
    for part in operands(expression):
        found |= _asked(part)
    return frozenset(found)


def _bare(expression: Expression) -> str:
    """The expression without its places, so that two writings of it can be compared."""
    kind = getattr(expression, "node", "")
    name = getattr(expression, "name", None) or getattr(expression, "function", "") or getattr(expression, "value", "")
    return f"{kind}:{name}({','.join(_bare(part) for part in operands(expression))})"
