"""Rules over one row as SQL checks, where the database can hold them."""

from devmatrix.backend.fastapi.constraints.columns import literal, quoted
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity
from devmatrix.ir.expressions import (
    SELF,
    Access,
    Binary,
    Call,
    Expression,
    LiteralValue,
    Unary,
    Variable,
)

_OPERATORS = {"==": "=", "!=": "<>", "&&": "AND", "||": "OR"}
_HELD = {"==", "!=", "<", "<=", ">", ">=", "&&", "||", "+", "-", "*"}


def rule_sql(application: ApplicationIR, entity: Entity, condition: Expression) -> str | None:
    """The condition over the row's own columns as SQL; None where it needs more than a check can see."""
    try:
        return _sql(application, entity, condition)
    except LookupError:
        return None


def _sql(application: ApplicationIR, entity: Entity, expression: Expression) -> str:
    match expression:
        case LiteralValue():
            return _literal(expression)
        case Access(operand=Variable(name=name)) if name == SELF and expression.how in ("value", "row"):
            field = entity.field(expression.name)
            if field.column is None:
                raise LookupError(expression.name)
            return quoted(field.column)
        case Unary(operator="!"):
            return f"NOT ({_sql(application, entity, expression.operand)})"
        case Unary():
            return f"-({_sql(application, entity, expression.operand)})"
        case Call(function="has"):
            return f"({_sql(application, entity, expression.arguments[0])}) IS NOT NULL"
        case Binary(operator=operator) if operator in _HELD:
            return _binary(application, entity, expression)
        case _:
            raise LookupError(expression.node)


def _binary(application: ApplicationIR, entity: Entity, expression: Binary) -> str:
    left, right = expression.left, expression.right
    for one, other in ((left, right), (right, left)):
        if one.type.kind == "null":
            shown = _sql(application, entity, other)
            return f"{shown} IS NULL" if expression.operator == "==" else f"{shown} IS NOT NULL"
    operator = _OPERATORS.get(expression.operator, expression.operator)
    text = f"({_sql(application, entity, left)}) {operator} ({_sql(application, entity, right)})"
    comparison = expression.operator in ("==", "!=", "<", "<=", ">", ">=")
    if comparison and (left.type.nullable or right.type.nullable):
        return f"COALESCE({text}, FALSE)"
    if expression.operator in ("+", "-") and "duration" in (left.type.kind, right.type.kind):
        raise LookupError("duration")
    return text


def _literal(expression: LiteralValue) -> str:
    value, kind = expression.value, expression.type.kind
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if kind in ("integer", "decimal"):
        return str(value)
    if kind == "date":
        return f"DATE {literal(str(value))}"
    if kind == "datetime":
        return f"TIMESTAMPTZ {literal(str(value))}"
    if kind in ("text", "choice", "uuid") and isinstance(value, str):
        return literal(value)
    raise LookupError(kind)
