"""How many rows of each entity a situation of an operation may need, for lists of a given length."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Add, Bind, BindMany, Create, Delete, Remove, Set, walk_statements
from devmatrix.ir.domain import Entity, Relationship
from devmatrix.ir.expressions import Access, Binary, Call, Expression, LiteralValue, walk
from devmatrix.ir.types import Many, Reference
from devmatrix.ir.validation import Length

MOST = 80
LONGEST = 60
"""Lists of up to so many rows are tried."""


@dataclass
class _Demand:
    direct: Counter[str] = field(default_factory=Counter)
    listed: dict[str, None] = field(default_factory=dict)
    extra: dict[str, None] = field(default_factory=dict)
    references: dict[tuple[str, str, str], None] = field(default_factory=dict)
    """Entity, field and the entity that it refers to."""


def expressions_of(application: ApplicationIR, operation: Operation) -> Iterator[Expression]:
    """Every expression that the operation's statements evaluate."""
    for statement in walk_statements(application.statements(operation)):
        yield from statement.reads
        if isinstance(statement, Set | Add | Remove):
            yield statement.target


def has_lists(application: ApplicationIR, operation: Operation) -> bool:
    """Whether the number of rows in a list can matter to the operation."""
    demand = _demand(application, operation)
    return bool(demand.listed)


def count_rows(application: ApplicationIR, operation: Operation, level: int) -> dict[str, int]:
    """Rows by entity; entities that are not named need one at most."""
    demand = _demand(application, operation)
    counts: Counter[str] = Counter(demand.direct)
    for entity in demand.listed:
        counts[entity] += level
    for entity in demand.extra:
        counts[entity] += 1
    for _ in range(3):
        for target in dict.fromkeys(target for _, _, target in demand.references):
            sources = [source for source, _, of in demand.references if of == target]
            most = max(1 if source == target else min(counts[source], 2 * level + 2) for source in sources)
            counts[target] = max(counts[target], demand.direct[target] + most + len(sources) - 1, 1)
    return {entity: min(count, MOST) for entity, count in counts.items()}


def turning_levels(application: ApplicationIR, operation: Operation) -> tuple[int, ...]:
    """Lengths of lists at which a comparison with a constant may turn, as far as they are tried."""
    rules = [rule.condition for rule in application.validation.rules]
    sizes = _sizes((*expressions_of(application, operation), *rules)) | bounds_of_lists(application, operation)
    return tuple(sorted({level for size in sizes for level in (size, size + 1) if 3 < level <= LONGEST}))


def bounds_of_lists(application: ApplicationIR, operation: Operation) -> set[int]:
    """The bounds of the many lists that the operation may change."""
    asked = {refusal.key.partition(":")[2] for refusal in operation.refusals if refusal.key.startswith("range:")}
    return {
        size
        for entity in application.domain.entities
        for item in entity.fields
        if isinstance(item.type, Many) and f"{entity.name}.{item.name}" in asked
        for length in item.constraints
        if isinstance(length, Length)
        for size in (length.minimum, length.maximum)
        if size is not None
    }


def is_beyond(conditions: Iterable[Expression]) -> bool:
    """Whether a comparison with a constant may turn at a length of a list that is not tried."""
    return any(size >= LONGEST for size in _sizes(conditions))


def _sizes(expressions: Iterable[Expression]) -> set[int]:
    parts = (part for expression in expressions for part in walk(expression) if isinstance(part, Binary))
    return {size for part in parts if (size := _constant_beside_list(part)) is not None}


def _constant_beside_list(part: Binary) -> int | None:
    sides = (part.left, part.right)
    measured = any(_measures_list(inner) for side in sides for inner in walk(side))
    constants = [side.value for side in sides if isinstance(side, LiteralValue)]
    if not measured or not constants:
        return None
    text = str(constants[0]).split(".")[0]
    return int(text) if text.isdigit() else None


def _measures_list(part: Expression) -> bool:
    if not isinstance(part, Call) or part.function not in ("size", "sum"):
        return False
    return part.arguments[0].type.kind == "list"


def _demand(application: ApplicationIR, operation: Operation) -> _Demand:
    demand = _Demand()
    for address in operation.addresses:
        demand.direct[address.entity] += 1
    pending: list[Expression] = list(expressions_of(application, operation))
    for statement in walk_statements(application.statements(operation)):
        match statement:
            case Bind():
                demand.direct[statement.entity] += 1
            case BindMany():
                demand.listed.setdefault(statement.entity)
            case Create():
                _demand_rivals(application, demand, statement.entity)
            case Set():
                _demand_rivals(application, demand, statement.target.entity, statement.target.name)
            case Add() | Remove() if statement.target.how == "members":
                demand.listed.setdefault((statement.target.type.item or statement.target.type).entity or "")
            case Delete():
                row = statement.target.type.item or statement.target.type
                _demand_cascade(application, demand, row.entity or "", set())
    seen: set[str] = set()
    while pending:
        for part in walk(pending.pop()):
            if isinstance(part, Access):
                _demand_access(application, demand, part, pending)
        for name in sorted(_entities(demand) - seen):
            seen.add(name)
            pending.extend(rule.condition for rule in application.rules_of(name))
            _demand_unique_targets(application, demand, name)
    return demand


def _entities(demand: _Demand) -> set[str]:
    named = {name for source, _, target in demand.references for name in (source, target)}
    return set(demand.direct) | set(demand.listed) | set(demand.extra) | named


def _demand_access(application: ApplicationIR, demand: _Demand, part: Access, pending: list[Expression]) -> None:
    row = part.type.item or part.type
    match part.how:
        case "rows" | "members":
            demand.listed.setdefault(row.entity or "")
        case "row":
            demand.references.setdefault((part.entity, part.name, row.entity or ""))
        case "value":
            computed = application.field(part.entity, part.name).computed
            if computed is not None and computed not in pending:
                pending.append(computed)


def _demand_rivals(application: ApplicationIR, demand: _Demand, entity: str, changed: str | None = None) -> None:
    uniques = [unique for unique in application.uniques_of(entity) if changed is None or changed in unique.fields]
    if uniques or (changed is None and application.entity(entity).key.generated is None):
        demand.extra.setdefault(entity)


def _demand_unique_targets(application: ApplicationIR, demand: _Demand, entity: str) -> None:
    for unique in application.uniques_of(entity):
        for name in unique.fields:
            field_type = application.field(entity, name).type
            if isinstance(field_type, Reference) and application.entity(entity).owner != field_type.entity:
                demand.references.setdefault((entity, name, field_type.entity))


def _demand_cascade(application: ApplicationIR, demand: _Demand, entity: str, seen: set[str]) -> None:
    if entity in seen:
        return
    seen.add(entity)
    for relation in application.relationships_to(entity):
        if relation.kind == "many":
            if application.field(relation.source, relation.name).constraints:
                demand.extra.setdefault(relation.source)
                demand.listed.setdefault(entity)
            continue
        if relation.source not in demand.listed:
            demand.extra.setdefault(relation.source)
        if cascades(relation):
            _demand_cascade(application, demand, relation.source, seen)


def cascades(relation: Relationship) -> bool:
    """Whether the source's row goes when the target's row goes."""
    return relation.kind == "owner" or relation.on_delete == "deletes with it"


def creation_order(application: ApplicationIR) -> tuple[str, ...]:
    """Entities so that what is referred to stands first; a reference that may be null yields in a circle."""
    left = list(application.domain.entities)
    placed: list[str] = []
    while left:
        chosen = next((item for item in left if _needs(item, optional=True) <= {item.name, *placed}), None)
        chosen = chosen or next(
            (item for item in left if _needs(item, optional=False) <= {item.name, *placed}), left[0]
        )
        left.remove(chosen)
        placed.append(chosen.name)
    return tuple(placed)


def _needs(entity: Entity, *, optional: bool) -> set[str]:
    return {
        item.type.entity
        for item in entity.fields
        if isinstance(item.type, Reference | Many) and (optional or not item.nullable)
    }
