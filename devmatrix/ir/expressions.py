"""The nodes of typed expressions: from one tree come the guard, the query, the rows and the oracle."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from devmatrix.ir.base import Placed
from devmatrix.ir.values import Constant, ValueType

SELF = "self"
"""The variable that stands for the entity's own row in ``computed``, ``rule`` and ``copied from``."""


class LiteralValue(Placed):
    """A constant; the member of a choice is its name."""

    node: Literal["literal"] = "literal"
    value: Constant
    type: ValueType


class Variable(Placed):
    """A row or value in scope: bound by an address, a statement, an input or a macro."""

    node: Literal["variable"] = "variable"
    name: str
    type: ValueType


class ContextValue(Placed):
    """A member of the evaluation's context: the same instant for the whole operation."""

    node: Literal["context"] = "context"
    member: Literal["now", "today"]
    type: ValueType


class Access(Placed):
    """``operand.name``: a field, a referred row, the owner, a child list or a many list of the operand's row.

    ``how`` says which: ``value`` (stored or computed field, key and timestamps included), ``row`` (reference or
    owner: the referred row), ``rows`` (child list), ``members`` (many list). Of a null operand it is null.
    """

    node: Literal["access"] = "access"
    operand: "Expression"
    entity: str
    name: str
    how: Literal["value", "row", "rows", "members"]
    type: ValueType


class Unary(Placed):
    """``!x`` or ``-x``."""

    node: Literal["unary"] = "unary"
    operator: Literal["!", "-"]
    operand: "Expression"
    type: ValueType


BinaryOperator = Literal["==", "!=", "<", "<=", ">", ">=", "&&", "||", "in", "+", "-", "*", "/", "%"]


class Binary(Placed):
    """``left operator right``; ``&&`` and ``||`` go from left to right and stop early."""

    node: Literal["binary"] = "binary"
    operator: BinaryOperator
    left: "Expression"
    right: "Expression"
    type: ValueType


class Conditional(Placed):
    """``condition ? then : otherwise``."""

    node: Literal["conditional"] = "conditional"
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    type: ValueType


FunctionName = Literal[
    "size", "sum", "min", "max", "avg", "has",
    "contains", "startsWith", "endsWith", "matches", "lowerAscii", "upperAscii",
    "timestamp", "duration", "days", "hours", "minutes",
]  # fmt: skip


class Call(Placed):
    """A function of its arguments; the receiver of ``text.contains(x)`` is the first argument."""

    node: Literal["call"] = "call"
    function: FunctionName
    arguments: tuple["Expression", ...]
    type: ValueType


class Macro(Placed):
    """``range.macro(variable, body)``; the range is any expression that gives a list."""

    node: Literal["macro"] = "macro"
    macro: Literal["all", "exists", "filter", "map"]
    range: "Expression"
    variable: str
    body: "Expression"
    type: ValueType


class Old(Placed):
    """The operand's value before the operation began."""

    node: Literal["old"] = "old"
    operand: "Expression"
    type: ValueType


class ListLiteral(Placed):
    """``[a, b]``."""

    node: Literal["list"] = "list"
    items: tuple["Expression", ...]
    type: ValueType


Expression = Annotated[
    LiteralValue | Variable | ContextValue | Access | Unary | Binary | Conditional | Call | Macro | Old | ListLiteral,
    Field(discriminator="node"),
]

for _node in (Access, Unary, Binary, Conditional, Call, Macro, Old, ListLiteral):
    _node.model_rebuild()


def operands(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts of an expression, left to right."""
    match expression:
        case Access() | Unary() | Old():
            return (expression.operand,)
        case Binary():
            return (expression.left, expression.right)
        case Conditional():
            return (expression.condition, expression.then, expression.otherwise)
        case Call():
            return expression.arguments
        case Macro():
            return (expression.range, expression.body)
        case ListLiteral():
            return expression.items
        case _:
            return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all its parts, outermost first."""
    yield expression
    for part in operands(expression):
        yield from walk(part)


def free_variables(expression: Expression) -> frozenset[str]:
    """The names that the expression takes from its surroundings."""
    if isinstance(expression, Variable):
        return frozenset({expression.name})
    if isinstance(expression, Macro):
        return free_variables(expression.range) | (free_variables(expression.body) - {expression.variable})
    return frozenset().union(*(free_variables(part) for part in operands(expression)))
