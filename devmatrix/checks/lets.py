"""Find names that a flow gives and never uses."""

from collections.abc import Iterator

from devmatrix.checks.places import finding, place_of
from devmatrix.diagnostics import Diagnostic
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Let, Statement, When, walk_statements
from devmatrix.ir.expressions import Expression, free_variables


def check_lets(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """A name that nothing behind it reads says nothing, and is often a slip of the pen."""
    return tuple(
        finding(
            "DM711",
            place_of(let, operation, application),
            f"nothing uses '{let.variable}'",
            "use it, or leave the 'let' out",
        )
        for operation in application.api.operations
        if operation.verb == "flow"
        for let in _unused(application.statements(operation), _answered(operation))
    )


def _answered(operation: Operation) -> frozenset[str]:
    """Names that the operation's answers read."""
    return _names(answer.value for answer in operation.answers if answer.value is not None)


def _unused(statements: tuple[Statement, ...], behind: frozenset[str]) -> Iterator[Let]:
    """The ``let`` statements of a block and of those inside it whose names nothing in their sight reads."""
    for place, statement in enumerate(statements):
        rest = walk_statements(statements[place + 1 :])
        if isinstance(statement, Let) and statement.variable not in behind | _names(
            expression for later in rest for expression in later.reads
        ):
            yield statement
        for block in (statement.body, statement.otherwise) if isinstance(statement, When) else (statement.children,):
            yield from _unused(block, frozenset())


def _names(expressions: Iterator[Expression]) -> frozenset[str]:
    return frozenset(name for expression in expressions for name in free_variables(expression))
