"""Write creations, changes and deletions as flows, so that every operation is statements.

Before: ``update Product`` has a body
After:  it binds the rows that its body names and sets each field that the body gives
"""

from devmatrix.ir.api import Address, Input, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Assignment, Bind, BindMany, Create, Delete, Flow, Require, Set, Statement
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import Binary, Expression, ListLiteral, LiteralValue, Variable
from devmatrix.ir.types import Many, Reference
from devmatrix.ir.values import ValueType
from devmatrix.passes.fields import read_field, row_of, sent_type
from devmatrix.passes.names import bind_name
from devmatrix.passes.rewrite import with_flows


def write_crud_flows(application: ApplicationIR) -> ApplicationIR:
    """Flows in the order of the operations; those of the author stay as they are."""
    written = {flow.operation: flow for flow in application.behavior.flows}
    for operation in application.api.operations:
        if operation.verb in ("create", "update", "patch", "delete"):
            written[operation.id] = Flow(operation=operation.id, statements=_statements(application, operation))
    known = tuple(written[item.id] for item in application.api.operations if item.id in written)
    return with_flows(application, known)


def _statements(application: ApplicationIR, operation: Operation) -> tuple[Statement, ...]:
    entity = application.entity(operation.entity or "")
    variable = operation.row or entity.variable
    if operation.verb == "delete":
        return _numbered(operation, (Delete(id="", target=row_of(entity.name, variable)),))
    binds = _binds(application, operation)
    if operation.verb == "create":
        created = Create(id="", variable=variable, entity=entity.name, assignments=_given(application, operation))
        return _numbered(operation, (*binds, *_initial_states(application, operation), created))
    return _numbered(operation, (*binds, *_sets(application, operation, entity, variable)))


def _numbered(operation: Operation, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    return tuple(
        statement.model_copy(update={"id": f"{operation.id}/statement:{position}"})
        for position, statement in enumerate(statements, start=1)
    )


def _binds(application: ApplicationIR, operation: Operation) -> tuple[Statement, ...]:
    return tuple(
        _bind(application, operation, given) for given in operation.body if isinstance(given.type, Reference | Many)
    )


def _bind(application: ApplicationIR, operation: Operation, given: Input) -> Statement:
    variable = bind_name(operation, given)
    refusal, key = f"absent reference:{variable}", _sent(application, operation, given)
    if isinstance(given.type, Many):
        return BindMany(id="", variable=variable, entity=given.type.entity, by=key, refusal=refusal)
    target = given.type.entity if isinstance(given.type, Reference) else ""
    return Bind(id="", variable=variable, entity=target, by=key, optional=key.type.nullable, refusal=refusal)


def _sent(application: ApplicationIR, operation: Operation, given: Input) -> Variable:
    """The input's variable; what a patch leaves out is null."""
    left_out = operation.verb == "patch" and isinstance(given.type, Reference | Many)
    kind = sent_type(application, given.type, nullable=given.nullable or left_out)
    return Variable(name=given.name, type=kind)


def _value(application: ApplicationIR, operation: Operation, given: Input) -> Expression:
    """What the field becomes: the bound row or rows of a reference, else what was sent."""
    match given.type:
        case Reference(entity=target):
            return row_of(target, bind_name(operation, given), nullable=given.nullable)
        case Many(entity=target):
            item = ValueType(kind="entity", entity=target)
            return Variable(name=bind_name(operation, given), type=ValueType(kind="list", item=item))
        case _:
            return _sent(application, operation, given)


def _given(application: ApplicationIR, operation: Operation) -> tuple[Assignment, ...]:
    body = tuple(
        Assignment(field=given.field or given.name, value=_value(application, operation, given))
        for given in operation.body
    )
    return (*_owner(application, operation), *body)


def _owner(application: ApplicationIR, operation: Operation) -> tuple[Assignment, ...]:
    """The owner of a nested row is the addressed row whose child list the path names."""
    owner_field = application.entity(operation.entity or "").owner_field
    address = owner_address(operation)
    if owner_field is None or address is None:
        return ()
    return (Assignment(field=owner_field.name, value=row_of(address.entity, address.variable)),)


def owner_address(operation: Operation) -> Address | None:
    """The address under which a nested operation works."""
    return next((item for item in operation.addresses if item.variable == operation.nested_under), None)


def _initial_states(application: ApplicationIR, operation: Operation) -> tuple[Statement, ...]:
    """A client creates in the initial state only."""
    found: list[Statement] = []
    for given in operation.body:
        machine = application.machine(operation.entity or "", given.field or "")
        if machine is not None:
            sent = _sent(application, operation, given)
            initial = LiteralValue(value=machine.initial, type=sent.type.as_nullable(nullable=False))
            same = Binary(operator="==", left=sent, right=initial, type=ValueType(kind="boolean"))
            position = len(found) + 1 + sum(isinstance(item.type, Reference | Many) for item in operation.body)
            found.append(Require(id="", condition=same, refusal=f"{operation.id}/statement:{position}"))
    return tuple(found)


def _sets(application: ApplicationIR, operation: Operation, entity: Entity, variable: str) -> tuple[Statement, ...]:
    row = row_of(entity.name, variable)
    return tuple(
        Set(
            id="",
            target=read_field(row, entity.name, field),
            value=_value(application, operation, given),
            when_given=given.name if _stays(application, operation, field) else None,
        )
        for given in operation.body
        for field in (entity.field(given.field or ""),)
    )


def _stays(application: ApplicationIR, operation: Operation, field: Field) -> bool:
    """Whether the field stays as it is when the body leaves it out."""
    if field.copied_from is not None and not field.required:
        return True
    return operation.verb == "patch" or application.machine(operation.entity or "", field.name) is not None


def empty_rows(target: str) -> ListLiteral:
    """A list of no rows."""
    return ListLiteral(items=(), type=ValueType(kind="list", item=ValueType(kind="entity", entity=target)))
