"""Rows that are locked together, so that calls which name them the other way round do not wait for each other."""

from devmatrix.backend.fastapi.python import PythonExpressions
from devmatrix.backend.fastapi.wording import parameter
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Bind
from devmatrix.ir.expressions import Variable


def named_twice(
    application: ApplicationIR, operation: Operation, expressions: PythonExpressions
) -> dict[str, list[str]]:
    """Entity -> the keys of its rows as Python source, where a call names more than one row of it."""
    keys: dict[str, list[str]] = {}
    for address in operation.addresses:
        keys.setdefault(address.entity, []).append(parameter(application, operation, address.parameter))
    for statement in application.statements(operation):
        if isinstance(statement, Bind) and isinstance(statement.by, Variable):
            keys.setdefault(statement.entity, []).append(expressions.text(statement.by))
    return {
        entity: named for entity, named in keys.items() if len(named) > 1 and not application.entity(entity).external
    }
