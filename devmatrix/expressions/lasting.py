"""Reads whose answer stays the same until the application itself writes: no clock and no row of others decides it."""

from collections.abc import Iterator

from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.expressions import Access, ContextValue, Expression, walk


def answer_lasts(application: ApplicationIR, operation: Operation) -> bool:
    """Whether a read of one row answers the same for as long as the application writes nothing."""
    if operation.verb != "read":
        return False
    if any(application.entity(address.entity).external for address in operation.addresses):
        return False
    shown = [application.entity(address.entity) for address in operation.addresses[-1:]]
    computed = [field.computed for entity in shown for field in entity.fields if field.computed is not None]
    return not any(_passes(application, part) for expression in computed for part in _parts(application, expression))


def _parts(application: ApplicationIR, expression: Expression) -> Iterator[Expression]:
    """Every node of an expression, and of the computed fields that it reads; these do not go in circles."""
    for part in walk(expression):
        yield part
        if isinstance(part, Access) and part.how == "value":
            computed = application.field(part.entity, part.name).computed
            if computed is not None:
                yield from _parts(application, computed)


def _passes(application: ApplicationIR, part: Expression) -> bool:
    """Whether what a node gives changes by itself, or by the hand of others."""
    entity = (part.type.item or part.type).entity
    return isinstance(part, ContextValue) or (entity is not None and application.entity(entity).external)
