"""Which states, bounds, rules, keys and references the effects of an operation can break."""

from collections.abc import Iterator

from devmatrix.ir.api import DEFAULT_STATUS, Cause, Operation, Refusal
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Add, Create, Set, StateMachine, Statement, walk_statements
from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import Expression, LiteralValue
from devmatrix.ir.types import ListOf
from devmatrix.ir.validation import Rule
from devmatrix.naming import words
from devmatrix.passes.consequences import Consequences, consequences_of, places_read
from devmatrix.passes.extents import Surroundings
from devmatrix.passes.leaving import may_fail, may_leave
from devmatrix.passes.surroundings import surroundings_of


def effect_refusals(application: ApplicationIR, operation: Operation, statement: Statement) -> Iterator[Refusal]:
    """A forbidden change of state; a null or a value out of bounds that the statement may store."""
    if isinstance(statement, Set):
        yield from _state(application, statement)
        if statement.target.operand.type.nullable:
            yield _null(statement.target.entity, application.field(statement.target.entity, statement.target.name))
    surroundings = surroundings_of(application, operation)
    for entity, field, value in stored_by(application, statement):
        yield from _stored(surroundings, entity, field, value)
    if isinstance(statement, Add) and statement.target.how == "value":
        yield _range(statement.target.entity, application.field(statement.target.entity, statement.target.name))


def stored_by(application: ApplicationIR, statement: Statement) -> Iterator[tuple[str, Field, Expression]]:
    """Entity, field and value of everything that one statement stores."""
    if isinstance(statement, Set):
        yield (
            statement.target.entity,
            application.field(statement.target.entity, statement.target.name),
            statement.value,
        )
    if isinstance(statement, Create):
        for item in statement.assignments:
            yield statement.entity, application.field(statement.entity, item.field), item.value


def _stored(surroundings: Surroundings, entity: str, field: Field, value: Expression) -> Iterator[Refusal]:
    if value.type.nullable and not field.nullable:
        yield _null(entity, field)
    if may_leave(surroundings, field, value):
        yield _range(entity, field)


def _state(application: ApplicationIR, statement: Set) -> Iterator[Refusal]:
    machine = application.machine(statement.target.entity, statement.target.name)
    if machine is not None and any(not machine.allows(*pair) for pair in aimed_pairs(application, machine, statement)):
        text = f"this change of {_spoken(machine.field)} is not allowed"
        yield _refusal(f"state:{machine.entity}.{machine.field}", Cause.REFUSED, text, machine.id)


def aimed_pairs(application: ApplicationIR, machine: StateMachine, statement: Set) -> tuple[tuple[str, str], ...]:
    """(state before, state aimed at) for every state, as far as the statement's value tells."""
    members = members_of(application, machine)
    value = statement.value
    targets = (str(value.value),) if isinstance(value, LiteralValue) and value.value is not None else members
    return tuple((source, target) for source in members for target in targets)


def members_of(application: ApplicationIR, machine: StateMachine) -> tuple[str, ...]:
    """The states of a machine: the members of its field."""
    declared = application.field(machine.entity, machine.field).type
    return tuple(member.name for member in getattr(declared, "members", ()))


def completion_refusals(application: ApplicationIR, operation: Operation) -> Iterator[Refusal]:
    """What is asked when the statements are done: keys, uniqueness, rules; and calculations without a result."""
    consequences = consequences_of(application, operation)
    yield from _keys(application, consequences)
    yield from _uniques(application, consequences)
    for relation in consequences.restricting:
        text = f"{_one(relation.source)} refers to this {_spoken(relation.target)}"
        yield _refusal(f"restrict:{relation.id}", Cause.REFUSED, text, relation.id)
    yield from _rules(application, operation, consequences)
    yield from _cleared(application, consequences)
    if _may_fail(application, operation):
        yield _refusal("arithmetic", Cause.OUT_OF_RANGE, "this calculation has no result", operation.id)


def _keys(application: ApplicationIR, consequences: Consequences) -> Iterator[Refusal]:
    for name in consequences.created:
        entity = application.entity(name)
        if entity.key.generated is None:
            text = f"{_one(name)} with this {_spoken(entity.key.field)} exists already"
            yield _refusal(f"key:{name}", Cause.TAKEN, text, entity.key_field.id)


def _uniques(application: ApplicationIR, consequences: Consequences) -> Iterator[Refusal]:
    for unique in application.validation.uniques:
        written = any((unique.entity, field) in consequences.written for field in unique.fields)
        if written or unique.entity in consequences.created:
            named = " and ".join(_spoken(field) for field in unique.fields)
            text = f"{_one(unique.entity)} with this {named} exists already"
            yield _refusal(f"unique:{unique.id}", Cause.TAKEN, text, unique.id)


def _rules(application: ApplicationIR, operation: Operation, consequences: Consequences) -> Iterator[Refusal]:
    for rule in application.validation.rules:
        if rule.entity in consequences.created or places_read(application, rule.condition) & consequences.places:
            cause = Cause.INVALID if operation.verb in ("create", "update", "patch") else Cause.REFUSED
            yield _refusal(f"rule:{rule.id}", cause, _rule_text(rule), rule.id)


def _rule_text(rule: Rule) -> str:
    return rule.text or f"a rule of {_spoken(rule.entity)} does not hold"


def _cleared(application: ApplicationIR, consequences: Consequences) -> Iterator[Refusal]:
    """A reference that a deletion clears may be one that is never null."""
    for relation in consequences.followed:
        if relation.on_delete == "clears" and relation.kind == "reference":
            field = application.field(relation.source, relation.name)
            if not field.nullable:
                yield _null(relation.source, field)


def _may_fail(application: ApplicationIR, operation: Operation) -> bool:
    surroundings = surroundings_of(application, operation)
    asked = [part for item in walk_statements(application.statements(operation)) for part in item.reads]
    asked += [operation.where] if operation.where is not None else []
    asked += [answer.value for answer in operation.answers if answer.value is not None]
    asked += [
        field.computed
        for entity in _answered(operation)
        for field in application.entity(entity).fields
        if field.computed
    ]
    return any(may_fail(surroundings, expression) for expression in asked)


def _answered(operation: Operation) -> frozenset[str]:
    """The entities whose rows the operation shows."""
    shown = {operation.entity} if operation.verb not in ("flow", "delete") and operation.entity else set()
    for answer in operation.answers:
        if answer.value is not None:
            kind = answer.value.type.item or answer.value.type
            shown |= {kind.entity} if kind.entity is not None else set()
    return frozenset(shown)


def is_list_bound(field: Field) -> bool:
    """Whether only the number of a list's items can leave its bounds."""
    return isinstance(field.type, ListOf)


def _null(entity: str, field: Field) -> Refusal:
    text = f"{_spoken(field.name)} of the {_spoken(entity)} would be null"
    return _refusal(f"null:{entity}.{field.name}", Cause.OUT_OF_RANGE, text, field.id)


def _range(entity: str, field: Field) -> Refusal:
    text = f"{_spoken(field.name)} of the {_spoken(entity)} would leave its range"
    return _refusal(f"range:{entity}.{field.name}", Cause.OUT_OF_RANGE, text, field.id)


def _refusal(key: str, cause: Cause, text: str, node: NodeId) -> Refusal:
    return Refusal(key=key, cause=cause, status=DEFAULT_STATUS[cause], text=text, node=node)


def _spoken(name: str) -> str:
    return " ".join(words(name))


def _one(name: str) -> str:
    """``a cart item``, ``an order``."""
    spoken = _spoken(name)
    return f"{'an' if spoken[:1] in 'aeiou' else 'a'} {spoken}"
