"""Operations that touch a single row and read no other: a version of the row is enough to tell who was first."""

from collections.abc import Iterator

from devmatrix.expressions.reaching import leads_elsewhere, list_bounds, may_break_elsewhere, rule_readings, ways_read
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Add, Delete, Ensure, Let, Remove, Require, Set, Statement, When, walk_statements
from devmatrix.ir.domain import Entity
from devmatrix.ir.expressions import Expression, Variable
from devmatrix.ir.types import Reference


def touches_one_row(application: ApplicationIR, operation: Operation) -> bool:
    """Whether all that an operation writes, and all that its outcome hangs on, is the row of its path.

    A row that is part of another one is left out, for who reads its owner's list locks the owner; so is one with a
    reference that a deletion elsewhere clears or follows, for that changes the row and not its version.
    """
    statements = walk_statements(application.statements(operation))
    if len(operation.addresses) != 1 or not any(isinstance(s, Set | Delete | Add | Remove) for s in statements):
        return False
    entity, row = application.entity(operation.addresses[0].entity), operation.addresses[0].variable
    if entity.external or entity.owner is not None or _follows(entity):
        return False
    if not all(_stays(application, statement, row) for statement in statements):
        return False
    if any(leads_elsewhere(application, row, expression) for expression in _read(operation, statements)):
        return False
    if any(ways_read(application, rule) for rule in application.rules_of(entity.name)):
        return False
    readings, bounds = rule_readings(application), list_bounds(application)
    return not may_break_elsewhere(application, readings, bounds, operation.id)


def _follows(entity: Entity) -> bool:
    """Whether the database itself changes or removes rows of an entity, when others go."""
    return any(isinstance(field.type, Reference) and field.on_delete != "restricts" for field in entity.fields)


def _stays(application: ApplicationIR, statement: Statement, row: str) -> bool:
    """Whether a statement takes no other row in hand and writes no other, lists of rows included."""
    match statement:
        case Set() | Add() | Remove():
            target = statement.target
            return _is_row(target.operand, row) and application.field(target.entity, target.name).association is None
        case Delete():
            return _is_row(statement.target, row)
        case _:
            return isinstance(statement, Require | Ensure | Let | When)


def _is_row(expression: Expression, row: str) -> bool:
    return isinstance(expression, Variable) and expression.name == row


def _read(operation: Operation, statements: tuple[Statement, ...]) -> Iterator[Expression]:
    for statement in statements:
        yield from statement.reads
    yield from (answer.value for answer in operation.answers if answer.value is not None)


def may_be_overtaken(application: ApplicationIR, operation: Operation) -> bool:
    """Whether an operation writes without a lock, so that others may be first every time it tries."""
    return application.infrastructure.storage.locking == "optimistic" and touches_one_row(application, operation)
