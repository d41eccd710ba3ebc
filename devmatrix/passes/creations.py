"""Complete every creation.

Before: ``creates Order with customer = …`` assigns what its author gave
After:  it assigns every stored field: given, copied, by default or null
"""

from functools import partial

from devmatrix.expressions.schema import value_type
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Assignment, Create, Flow, Statement
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import Binary, Conditional, ContextValue, Expression, LiteralValue
from devmatrix.ir.types import Many
from devmatrix.ir.values import ValueType
from devmatrix.passes.crud_flows import empty_rows
from devmatrix.passes.fields import NULL, is_stored
from devmatrix.passes.rewrite import change_statements, with_flows
from devmatrix.passes.substitution import replace_self


def complete_creations(application: ApplicationIR) -> ApplicationIR:
    """What is required and given by nobody stays unassigned: a check finds it."""

    def complete(statement: Statement, *, by_client: bool) -> Statement:
        if not isinstance(statement, Create):
            return statement
        assignments = _Completion(application, statement, by_client=by_client).assignments()
        return statement.model_copy(update={"assignments": assignments})

    def completed(flow: Flow) -> Flow:
        by_client = application.operation(flow.operation).verb == "create"
        statements = change_statements(flow.statements, partial(complete, by_client=by_client))
        return Flow(operation=flow.operation, statements=statements)

    return with_flows(application, tuple(completed(flow) for flow in application.behavior.flows))


class _Completion:
    """One creation while its assignments are found; copies may read other fields of the new row."""

    def __init__(self, application: ApplicationIR, create: Create, *, by_client: bool) -> None:
        self.application = application
        self.by_client = by_client
        self.entity: Entity = application.entity(create.entity)
        self.found = {assignment.field: assignment for assignment in create.assignments}
        self.open: set[str] = set()

    def assignments(self) -> tuple[Assignment, ...]:
        """All assignments in the order of the entity's fields."""
        stored = [field for field in self.entity.fields if is_stored(self.entity, field)]
        completed = [self.find(field) for field in stored]
        return tuple(assignment for assignment in completed if assignment is not None)

    def find(self, field: Field) -> Assignment | None:
        """The assignment of a field; None when nobody gives it."""
        if field.name not in self.found and (assignment := self.complete(field)) is not None:
            self.found[field.name] = assignment
        given = self.found.get(field.name)
        if given is not None and given.origin == "given" and self.by_client and field.copied_from is not None:
            self.found[field.name] = given = self.or_copied(field, given, field.copied_from)
        return given

    def or_copied(self, field: Field, given: Assignment, source: Expression) -> Assignment:
        """What the client sent, and where it sent nothing the copy."""
        copied = self.over_fields(field, source)
        absent = Binary(operator="==", left=given.value, right=NULL, type=ValueType(kind="boolean"))
        kind = given.value.type.as_nullable(nullable=copied.type.nullable)
        value = Conditional(condition=absent, then=copied, otherwise=given.value, type=kind)
        return Assignment(field=field.name, value=value, origin="copied")

    def complete(self, field: Field) -> Assignment | None:
        """Copied wins over the default, the default over null."""
        if field.copied_from is not None:
            return Assignment(field=field.name, value=self.over_fields(field, field.copied_from), origin="copied")
        if isinstance(field.type, Many):
            return Assignment(field=field.name, value=empty_rows(field.type.entity), origin="default")
        if field.has_default:
            value = LiteralValue(value=field.default, type=value_type(field.type, nullable=False))
            return Assignment(field=field.name, value=value, origin="default")
        return Assignment(field=field.name, value=NULL, origin="null") if field.nullable else None

    def over_fields(self, field: Field, expression: Expression) -> Expression:
        """An expression over ``self`` in terms of what this creation assigns; a circle keeps its ``self``."""
        if field.name in self.open:
            return expression
        self.open.add(field.name)
        replaced = replace_self(self.application, expression, self.assigned)
        self.open.remove(field.name)
        return replaced

    def assigned(self, name: str) -> Expression | None:
        """What ``self.name`` is when the row is new; None when that is not known yet."""
        field = next((item for item in self.entity.fields if item.name == name), None)
        if field is None or name in self.open:
            return None
        if field.role in ("created", "updated"):
            return ContextValue(member="now", type=ValueType(kind="datetime"))
        if field.computed is not None:
            return self.over_fields(field, field.computed)
        if not is_stored(self.entity, field):
            return None
        assignment = self.find(field)
        return None if assignment is None else assignment.value
