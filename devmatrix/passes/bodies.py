"""Make the body of every creation and change.

Before: ``create Product`` takes nothing
After:  it takes ``name``, ``price``, …: each field that a client gives then, with its type, bounds and default
"""

from functools import partial

from devmatrix.ir.api import Input, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import Many
from devmatrix.passes.fields import is_given, least_items
from devmatrix.passes.names import free_name, row_names
from devmatrix.passes.rewrite import change_operations

_WRITING = frozenset({"create", "update", "patch"})


def take_bodies(application: ApplicationIR) -> ApplicationIR:
    """Read-only and computed fields are never taken, immutable ones at creation only."""
    return change_operations(application, partial(_with_body, application))


def _with_body(application: ApplicationIR, operation: Operation) -> Operation:
    if operation.verb not in _WRITING or operation.entity is None:
        return operation
    entity = application.entity(operation.entity)
    at = "creation" if operation.verb == "create" else "change"
    given = tuple(field for field in entity.fields if is_given(entity, field, at))  # type: ignore[arg-type]
    body = tuple(_input(application, operation, entity, field) for field in given)
    others = tuple(item for item in operation.inputs if item.source != "body")
    return operation.model_copy(update={"inputs": others + body})


def _input(application: ApplicationIR, operation: Operation, entity: Entity, field: Field) -> Input:
    many = isinstance(field.type, Many)
    needed = field.required or field.name == entity.key.field or (many and least_items(field) > 0)
    taken = Input(
        id=f"{operation.id}/input:{field.wire}",
        name=free_name(field.wire, row_names(operation)),
        wire=field.wire,
        type=field.type,
        pointer=(field.wire,),
        required=needed,
        nullable=field.nullable and not many and field.name != entity.key.field,
        default=() if many else field.default,
        has_default=not needed if many else field.has_default,
        constraints=field.constraints,
        entity=entity.name,
        field=field.name,
        documentation=field.documentation,
        span=field.span,
    )
    stays = operation.verb == "update" and application.machine(entity.name, field.name) is not None
    return _optional(taken) if operation.verb == "patch" or stays else taken


def _optional(taken: Input) -> Input:
    """Left out, it changes nothing: so nothing stands in for it."""
    return taken.model_copy(update={"required": False, "default": None, "has_default": False})
