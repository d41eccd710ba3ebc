"""What the rules of an entity read of other rows: which fields, and by which way they are reached."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Create, Delete, Set, walk_statements
from devmatrix.ir.domain import Field
from devmatrix.ir.expressions import SELF, Access, Conditional, Expression, Macro, Variable, operands
from devmatrix.ir.types import Many
from devmatrix.ir.validation import Length, Rule


class Step(NamedTuple):
    """From rows of ``holder`` to rows of ``target``: how (``row``, ``rows`` or ``members``) and by which name."""

    how: str
    holder: str
    name: str
    target: str


Way = tuple[Step, ...]


class Reading(NamedTuple):
    """Rules of ``judged`` read ``fields`` of rows of ``entity`` that a way leads to.

    ``then`` are the ways on from those rows when all that the rules read lies on one line; None when it branches.
    """

    judged: str
    entity: str
    way: Way
    fields: tuple[str, ...]
    then: tuple[Way, ...] | None
    rules: tuple[NodeId, ...]


def rule_readings(application: ApplicationIR) -> tuple[Reading, ...]:
    """What a change elsewhere may break: places that some operation writes, in the order of the rules.

    What the row itself holds is left out, but for what changes without the row being written: its lists, and
    references that a deletion clears.
    """
    written = _written(application)
    found: list[Reading] = []
    for entity in application.domain.entities:
        reached = {rule.id: _reached(application, rule) for rule in application.rules_of(entity.name)}
        for way in dict.fromkeys(way for ways in reached.values() for way in ways):
            holder = way[-1].target if way else entity.name
            read = dict.fromkeys(name for ways in reached.values() for name in ways.get(way, ()))
            fields = tuple(name for name in read if _may_change(application, holder, name, way, written))
            rules = tuple(rule for rule, ways in reached.items() if set(fields) & set(ways.get(way, ())))
            if fields and not application.entity(holder).external:
                then = _then(way, [reached[rule] for rule in rules])
                found.append(Reading(entity.name, holder, way, fields, then, rules))
    return tuple(found)


def _then(way: Way, rules: list[dict[Way, dict[str, None]]]) -> tuple[Way, ...] | None:
    """The ways on from a way, shortest first; None where rules read rows beside each other."""
    ways = sorted({known for rule in rules for known in rule}, key=len)
    line = all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(ways))
    if not line or any(step.how != "row" for step in ways[-1]):
        return None
    return tuple(longer[len(way) :] for longer in ways if len(longer) > len(way))


@dataclass
class _Walk:
    """One rule under examination: way -> the names that it reads of the rows there."""

    application: ApplicationIR
    found: dict[Way, dict[str, None]] = field(default_factory=dict)

    def follow(self, expression: Expression, scope: dict[str, tuple[Way, ...]]) -> tuple[Way, ...]:
        """Note what the expression reads; the ways to the rows that it gives."""
        match expression:
            case Variable(name=name):
                return scope.get(name, ())
            case Access():
                return tuple(
                    way for start in self.follow(expression.operand, scope) for way in self._read(expression, start)
                )
            case Macro(variable=variable):
                rows = self.follow(expression.range, scope)
                body = self.follow(expression.body, {**scope, variable: rows})
                return {"filter": rows, "map": body}.get(expression.macro, ())
            case Conditional():
                self.follow(expression.condition, scope)
                return (*self.follow(expression.then, scope), *self.follow(expression.otherwise, scope))
            case _:
                parts = [way for part in operands(expression) for way in self.follow(part, scope)]
                return tuple(parts) if (expression.type.item or expression.type).kind == "entity" else ()

    def _read(self, expression: Access, start: Way) -> Iterator[Way]:
        names = self.found.setdefault(start, {})
        if expression.how != "value":
            names[expression.name] = None
            target = (expression.type.item or expression.type).entity or ""
            way = (*start, Step(expression.how, expression.entity, expression.name, target))
            self.found.setdefault(way, {})
            yield way
            return
        computed = self.application.field(expression.entity, expression.name).computed
        if computed is None:
            names[expression.name] = None
        else:
            yield from self.follow(computed, {SELF: (start,)})


def leads_elsewhere(application: ApplicationIR, row: str, expression: Expression) -> bool:
    """Whether an expression reads more than the row that a variable holds: other rows, or lists of rows."""
    walk = _Walk(application)
    walk.follow(expression, {row: ((),)})
    return any(walk.found)


class ListBound(NamedTuple):
    """How many rows a many list may hold, where operations other than a body may change that."""

    entity: str
    field: str
    minimum: int
    maximum: int | None


def list_bounds(application: ApplicationIR) -> tuple[ListBound, ...]:
    """Many lists that some operation may leave too short or too long, as its refusals say."""
    refused = {refusal.key for operation in application.api.operations for refusal in operation.refusals}
    return tuple(
        _bound(entity.name, item, item.type)
        for entity in application.domain.entities
        for item in entity.fields
        if isinstance(item.type, Many) and f"range:{entity.name}.{item.name}" in refused
    )


def _bound(entity: str, item: Field, of: Many) -> ListBound:
    lengths = [constraint for constraint in item.constraints if isinstance(constraint, Length)]
    highest = [most for most in (of.max_items, *(length.maximum for length in lengths)) if most is not None]
    return ListBound(
        entity, item.name, max((length.minimum for length in lengths), default=0), min(highest, default=None)
    )


def asks_elsewhere(application: ApplicationIR) -> bool:
    """Whether a change of one row may have to be refused for the sake of another."""
    return bool(rule_readings(application) or list_bounds(application))


def rule_ways(application: ApplicationIR, entity: str) -> tuple[Way, ...]:
    """The ways along which the rules of an entity read, those left out that lead on."""
    ways = dict.fromkeys(way for rule in application.rules_of(entity) for way in _reached(application, rule) if way)
    return tuple(way for way in ways if not any(other[: len(way)] == way for other in ways if other != way))


def ways_read(application: ApplicationIR, rule: Rule) -> tuple[tuple[Way, tuple[str, ...]], ...]:
    """All that a rule reads of other rows, and the lists of its own: each way with the names read at its end."""
    found = _reached(application, rule)
    lists = tuple(step.name for way in found for step in way[:1] if step.how != "row")
    own = (((), tuple(dict.fromkeys(lists))),) if lists else ()
    return (*own, *((way, tuple(names)) for way, names in found.items() if way and names))


def _reached(application: ApplicationIR, rule: Rule) -> dict[Way, dict[str, None]]:
    walk = _Walk(application)
    walk.follow(rule.condition, {SELF: ((),)})
    return walk.found


class _Written(NamedTuple):
    fields: frozenset[tuple[str, str | None]]
    removing: bool


def _written(application: ApplicationIR) -> _Written:
    statements = [s for flow in application.behavior.flows for s in walk_statements(flow.statements)]
    fields = {place for statement in statements for place in statement.writes}
    return _Written(frozenset(fields), any(isinstance(statement, Delete) for statement in statements))


def _may_change(application: ApplicationIR, holder: str, name: str, way: Way, written: _Written) -> bool:
    """Whether an operation may change this of a row; of the judged row only what changes behind its back."""
    child = next((c for c in application.children_of(holder) if c.collection == name), None)
    if child is not None:
        owner = child.owner_field
        return written.removing or bool(
            {(child.name, None), (child.name, owner.name if owner else None)} & written.fields
        )
    held = application.field(holder, name)
    if held.association is not None:
        return written.removing or (holder, name) in written.fields
    cleared = written.removing and held.target is not None and held.on_delete == "clears"
    if not way:
        return cleared
    if held.role == "updated":
        return any(entity == holder and place is not None for entity, place in written.fields)
    return cleared or (holder, name) in written.fields


def may_break_elsewhere(
    application: ApplicationIR, readings: tuple[Reading, ...], bounds: tuple[ListBound, ...], operation: NodeId
) -> bool:
    """Whether an operation writes what rules read of other rows."""
    refusals = application.operation(operation).refusals
    if {refusal.key for refusal in refusals} & {f"range:{b.entity}.{b.field}" for b in bounds}:
        return True
    flow = next((flow for flow in application.behavior.flows if flow.operation == operation), None)
    refused = {refusal.node for refusal in refusals}
    concerning = [reading for reading in readings if refused & set(reading.rules)]
    statements = walk_statements(flow.statements) if flow is not None else ()
    return any(_concerns(application, reading, statement) for reading in concerning for statement in statements)


def _concerns(application: ApplicationIR, reading: Reading, statement: object) -> bool:
    if isinstance(statement, Delete):
        return True
    if isinstance(statement, Create):
        made = application.entity(statement.entity)
        return made.owner == reading.entity and made.collection in reading.fields
    writes = getattr(statement, "writes", ())
    for entity, name in writes:
        if entity == reading.entity and (name in reading.fields or _stamps(application, reading)):
            return bool(reading.way) or _is_list(application, entity, name)
        changed = application.entity(entity)
        moved = isinstance(statement, Set) and changed.owner_field is not None and changed.owner_field.name == name
        if moved and changed.owner == reading.entity and changed.collection in reading.fields:
            return True
    return False


def _is_list(application: ApplicationIR, entity: str, name: str | None) -> bool:
    return name is not None and application.field(entity, name).association is not None


def _stamps(application: ApplicationIR, reading: Reading) -> bool:
    entity = application.entity(reading.entity)
    return any(item.role == "updated" and item.name in reading.fields for item in entity.fields)
