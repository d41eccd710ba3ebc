"""Find creations that leave a field without a value."""

from collections.abc import Iterator

from devmatrix.checks.places import finding, owner_of, place_of
from devmatrix.diagnostics import Diagnostic
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Create, walk_statements
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import SELF, free_variables


def check_creations(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """Every stored field that is never null is given, copied or has a default."""
    found: list[Diagnostic] = []
    for flow in application.behavior.flows:
        operation = owner_of(application, flow.operation)
        for statement in walk_statements(flow.statements):
            if isinstance(statement, Create):
                entity = application.entity(statement.entity)
                for field in _unassigned(entity, statement):
                    place = place_of(statement, operation, field, application)
                    fix = f"write `{field.name} = …`, or give the field a default"
                    message = f"the new {entity.name} gets no '{field.name}', which is never null"
                    found.append(finding("DM706", place, message, fix))
                found.extend(_circular(application, entity, statement))
    return tuple(found)


def _unassigned(entity: Entity, create: Create) -> Iterator[Field]:
    assigned = {assignment.field for assignment in create.assignments}
    for field in entity.fields:
        served = field.name == entity.key.field and entity.key.generated is not None
        if field.role in ("created", "updated") or field.computed is not None or served:
            continue
        if field.name not in assigned:
            yield field


def _circular(application: ApplicationIR, entity: Entity, create: Create) -> Iterator[Diagnostic]:
    for assignment in create.assignments:
        if SELF in free_variables(assignment.value):
            field = entity.field(assignment.field)
            yield finding(
                "DM707",
                place_of(field, entity, application),
                f"{entity.name}.{field.name} is copied from what a new row does not have yet",
                "copy from a reference, the owner, or a field that is given",
            )
