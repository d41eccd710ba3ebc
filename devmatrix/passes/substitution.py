"""Expressions over an entity's own row, rewritten over what a creation gives to it."""

from collections.abc import Callable

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.expressions import (
    SELF,
    Access,
    Binary,
    Call,
    Conditional,
    Expression,
    ListLiteral,
    Macro,
    Old,
    Unary,
    Variable,
)


def replace_self(
    application: ApplicationIR, expression: Expression, assigned: Callable[[str], Expression | None]
) -> Expression:
    """The expression with every ``self.name`` replaced by what ``assigned`` gives for the name (None: it stays)."""

    def change(part: Expression) -> Expression:
        if isinstance(part, Access) and isinstance(part.operand, Variable) and part.operand.name == SELF:
            return assigned(part.name) or part
        changed = change_operands(part, change)
        return _retyped(application, changed) if isinstance(changed, Access) else changed

    return change(expression)


def change_operands(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The expression with each direct part changed."""
    match expression:
        case Access() | Unary() | Old():
            return expression.model_copy(update={"operand": change(expression.operand)})
        case Binary():
            return expression.model_copy(update={"left": change(expression.left), "right": change(expression.right)})
        case Conditional():
            parts = {name: change(getattr(expression, name)) for name in ("condition", "then", "otherwise")}
            return expression.model_copy(update=parts)
        case Call():
            return expression.model_copy(update={"arguments": tuple(map(change, expression.arguments))})
        case Macro():
            return expression.model_copy(update={"range": change(expression.range), "body": change(expression.body)})
        case ListLiteral():
            return expression.model_copy(update={"items": tuple(map(change, expression.items))})
        case _:
            return expression


def _retyped(application: ApplicationIR, access: Access) -> Access:
    """As nullable as its field and its operand."""
    if access.how in ("rows", "members"):
        nullable = access.operand.type.nullable
    else:
        nullable = access.operand.type.nullable or application.field(access.entity, access.name).nullable
    return access.model_copy(update={"type": access.type.as_nullable(nullable=nullable)})
