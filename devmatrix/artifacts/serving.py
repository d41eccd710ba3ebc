"""Tells which operations a part of an application has a hand in."""

from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import walk_statements


def touched_by(application: ApplicationIR, operation: Operation) -> frozenset[str]:
    """The entities whose rows an operation finds, takes, makes or changes."""
    names: set[str | None] = {application.home(operation), operation.entity}
    names |= {address.entity for address in operation.addresses}
    for statement in walk_statements(application.statements(operation)):
        names |= {entity for entity, _ in statement.writes}
        names |= {entity for _, entity in statement.binds}
    return frozenset(name for name in names if name is not None)


def operations_by_node(application: ApplicationIR) -> dict[NodeId, frozenset[NodeId]]:
    """Node that files are rendered for -> the operations that they serve; ``application`` serves all, and itself."""
    touched = {operation.id: touched_by(application, operation) for operation in application.api.operations}
    found: dict[NodeId, frozenset[NodeId]] = {node: frozenset({node}) for node in touched}
    for entity in application.domain.entities:
        found[entity.id] = frozenset(node for node, names in touched.items() if entity.name in names)
    found["application"] = frozenset({*touched, "application"})
    return found
