"""Copies of an application in which each operation or flow is changed by one function."""

from collections.abc import Callable

from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Flow, ForEach, Statement, When

Pass = Callable[[ApplicationIR], ApplicationIR]
"""A pure, idempotent function over applications."""


def change_operations(application: ApplicationIR, change: Callable[[Operation], Operation]) -> ApplicationIR:
    """The application with every operation changed."""
    operations = tuple(change(operation) for operation in application.api.operations)
    api = application.api.model_copy(update={"operations": operations})
    return application.model_copy(update={"api": api})


def with_flows(application: ApplicationIR, flows: tuple[Flow, ...]) -> ApplicationIR:
    """The application with these flows and no others."""
    return application.model_copy(update={"behavior": application.behavior.model_copy(update={"flows": flows})})


def change_statements(
    statements: tuple[Statement, ...], change: Callable[[Statement], Statement]
) -> tuple[Statement, ...]:
    """The statements, those inside others included, each changed by itself."""
    return tuple(change(_change_children(statement, change)) for statement in statements)


def _change_children(statement: Statement, change: Callable[[Statement], Statement]) -> Statement:
    match statement:
        case ForEach():
            return statement.model_copy(update={"body": change_statements(statement.body, change)})
        case When():
            body = change_statements(statement.body, change)
            otherwise = change_statements(statement.otherwise, change)
            return statement.model_copy(update={"body": body, "otherwise": otherwise})
        case _:
            return statement
