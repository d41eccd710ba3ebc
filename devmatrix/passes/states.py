"""Give every guarded field its initial state.

Before: a field with ``states:`` and no default has none
After:  the machine's initial state is its default, and it is never null
"""

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field


def default_states(application: ApplicationIR) -> ApplicationIR:
    """A state that nobody gives is the initial one; one that a client must give stays required."""
    entities = tuple(_with_states(application, entity) for entity in application.domain.entities)
    return application.model_copy(update={"domain": application.domain.model_copy(update={"entities": entities})})


def _with_states(application: ApplicationIR, entity: Entity) -> Entity:
    if entity.external or not application.machines_of(entity.name):
        return entity
    fields = tuple(_with_initial(application, entity, field) for field in entity.fields)
    return entity.model_copy(update={"fields": fields})


def _with_initial(application: ApplicationIR, entity: Entity, field: Field) -> Field:
    machine = application.machine(entity.name, field.name)
    if machine is None or field.has_default:
        return field
    return field.model_copy(update={"default": machine.initial, "has_default": True, "nullable": False})
