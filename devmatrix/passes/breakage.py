"""Which states, bounds, rules, keys and references the effects of an operation can break."""

from collections.abc import Iterator

from devmatrix.ir.api import DEFAULT_STATUS, Cause, Refusal
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Add, Create, Remove, Set, StateMachine, Statement
from devmatrix.ir.directory import Directory
from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import Expression, LiteralValue
from devmatrix.ir.types import Choice, ListOf, Many
from devmatrix.ir.validation import Length
from devmatrix.naming import words
from devmatrix.passes.fields import least_items
from devmatrix.passes.leaving import may_fail, may_leave
from devmatrix.passes.surroundings import Subject


def effect_refusals(subject: Subject, statement: Statement) -> Iterator[Refusal]:
    """A forbidden change of state; a null or a value out of bounds that the statement may store."""
    directory = subject.directory
    if isinstance(statement, Set):
        yield from _state(directory, statement)
        if statement.target.operand.type.nullable:
            yield _null(statement.target.entity, directory.field(statement.target.entity, statement.target.name))
    for entity, field, value in _stored_by(directory, statement):
        if value.type.nullable and not field.nullable:
            yield _null(entity, field)
        if may_leave(subject.surroundings, field, value):
            yield _range(entity, field)
    if isinstance(statement, Add | Remove):
        held = directory.field(statement.target.entity, statement.target.name)
        if isinstance(statement, Add) or least_items(held):
            yield _range(statement.target.entity, held)


def _stored_by(directory: Directory, statement: Statement) -> Iterator[tuple[str, Field, Expression]]:
    """Entity, field and value of everything that one statement stores."""
    if isinstance(statement, Set):
        yield statement.target.entity, directory.field(statement.target.entity, statement.target.name), statement.value
    if isinstance(statement, Create):
        for item in statement.assignments:
            yield statement.entity, directory.field(statement.entity, item.field), item.value


def _state(directory: Directory, statement: Set) -> Iterator[Refusal]:
    machine = directory.machine(statement.target.entity, statement.target.name)
    if machine is not None and any(not machine.allows(*pair) for pair in aimed_pairs(directory, machine, statement)):
        text = f"this change of {_spoken(machine.field)} is not allowed"
        yield _refusal(f"state:{machine.entity}.{machine.field}", Cause.REFUSED, text, machine.id)


def aimed_pairs(directory: Directory, machine: StateMachine, statement: Set) -> tuple[tuple[str, str], ...]:
    """(state before, state aimed at) for every state, as far as the statement's value tells."""
    declared, value = directory.field(machine.entity, machine.field).type, statement.value
    members = tuple(member.name for member in declared.members) if isinstance(declared, Choice) else ()
    targets = (str(value.value),) if isinstance(value, LiteralValue) and value.value is not None else members
    return tuple((source, target) for source in members for target in targets)


def completion_refusals(subject: Subject) -> Iterator[Refusal]:
    """What is asked when the statements are done: keys, uniqueness, rules; and calculations without a result."""
    yield from _keys(subject)
    yield from _uniques(subject)
    for relation in subject.consequences.restricting:
        text = f"{_one(relation.source)} refers to this {_spoken(relation.target)}"
        yield _refusal(f"restrict:{relation.id}", Cause.REFUSED, text, relation.id)
    yield from _rules(subject)
    yield from _cleared(subject)
    yield from _taken_out(subject)
    if _may_fail(subject):
        yield _refusal("arithmetic", Cause.OUT_OF_RANGE, "this calculation has no result", subject.operation.id)


def _keys(subject: Subject) -> Iterator[Refusal]:
    for name in subject.consequences.created:
        entity = subject.directory.entity(name)
        if entity.key.generated is None:
            text = f"{_one(name)} with this {entity.key_field.wire} exists already"
            yield _refusal(f"key:{name}", Cause.TAKEN, text, entity.key_field.id)


def _uniques(subject: Subject) -> Iterator[Refusal]:
    consequences = subject.consequences
    if not consequences.created and not consequences.written:
        return
    for unique in subject.directory.application.validation.uniques:
        written = any((unique.entity, field) in consequences.written for field in unique.fields)
        if written or unique.entity in consequences.created:
            named = " and ".join(subject.directory.field(unique.entity, name).wire for name in unique.fields)
            text = f"{_one(unique.entity)} with this {named} exists already"
            yield _refusal(f"unique:{unique.id}", Cause.TAKEN, text, unique.id)


def _rules(subject: Subject) -> Iterator[Refusal]:
    places = subject.consequences.places
    for rule in subject.directory.application.validation.rules:
        if rule.entity in subject.consequences.created or subject.directory.places_of_rules[rule.id] & places:
            by_input = subject.operation.verb in ("create", "update", "patch")
            text = rule.text or f"a rule of the {_spoken(rule.entity)} does not hold"
            yield _refusal(f"rule:{rule.id}", Cause.INVALID if by_input else Cause.REFUSED, text, rule.id)


def _cleared(subject: Subject) -> Iterator[Refusal]:
    """A reference that a deletion clears may be one that is never null."""
    for relation in subject.consequences.followed:
        if relation.on_delete == "clears" and relation.kind == "reference":
            field = subject.directory.field(relation.source, relation.name)
            if not field.nullable:
                yield _null(relation.source, field)


def _taken_out(subject: Subject) -> Iterator[Refusal]:
    """A row that a deletion takes out of a many list may be one that the list needs."""
    for relation in subject.consequences.followed:
        if relation.kind == "many":
            field = subject.directory.field(relation.source, relation.name)
            if least_items(field):
                yield _range(relation.source, field)


def _may_fail(subject: Subject) -> bool:
    operation = subject.operation
    asked = [part for item in subject.statements for part in item.reads]
    asked += [operation.where] if operation.where is not None else []
    asked += [answer.value for answer in operation.answers if answer.value is not None]
    shown = (field for name in _shown(subject) for field in subject.directory.entity(name).fields)
    asked += [computed for field in shown if (computed := field.computed) is not None]
    return any(may_fail(subject.surroundings, expression) for expression in asked)


def _shown(subject: Subject) -> frozenset[str]:
    """The entities whose rows the operation shows."""
    operation = subject.operation
    shown = {operation.entity} if operation.verb not in ("flow", "delete") else set()
    for answer in operation.answers:
        if answer.value is not None:
            shown.add((answer.value.type.item or answer.value.type).entity)
    return frozenset(name for name in shown if name is not None)


def is_list_bound(field: Field) -> bool:
    """Whether only the number of a list's items can leave its bounds, and no scenario fills lists that far."""
    few = any(isinstance(item, Length) for item in field.constraints)
    return isinstance(field.type, ListOf) or (isinstance(field.type, Many) and not few)


def _null(entity: str, field: Field) -> Refusal:
    text = f"{_spoken(field.column or field.wire)} would be null"
    return _refusal(f"null:{entity}.{field.name}", Cause.OUT_OF_RANGE, text, field.id)


def _range(entity: str, field: Field) -> Refusal:
    text = f"{field.wire} of the {_spoken(entity)} is out of its bounds"
    return _refusal(f"range:{entity}.{field.name}", Cause.OUT_OF_RANGE, text, field.id)


def _refusal(key: str, cause: Cause, text: str, node: NodeId) -> Refusal:
    return Refusal(key=key, cause=cause, status=DEFAULT_STATUS[cause], text=text, node=node)


def _spoken(name: str) -> str:
    return " ".join(words(name))


def _one(name: str) -> str:
    """``another cart item``: no article that would hang on the spelling."""
    return f"another {_spoken(name)}"
