"""An application, indexed for playing: entities, children, relationships, rules and machines by name."""

from dataclasses import dataclass, field

from devmatrix.expressions.reaching import Way, ways_read
from devmatrix.ir.api import Operation, View
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import StateMachine, Statement
from devmatrix.ir.domain import Entity, Field, Relationship
from devmatrix.ir.expressions import Expression
from devmatrix.ir.types import Many
from devmatrix.ir.validation import Rule, Unique


@dataclass(frozen=True, eq=False)
class Schema:
    """Everything that playing looks up, found once."""

    application: ApplicationIR
    entities: dict[str, Entity] = field(default_factory=dict)
    fields: dict[tuple[str, str], Field] = field(default_factory=dict)
    computed: dict[tuple[str, str], Expression] = field(default_factory=dict)
    collections: dict[tuple[str, str], Entity] = field(default_factory=dict)
    pointing_at: dict[str, tuple[Relationship, ...]] = field(default_factory=dict)
    pointing_from: dict[str, tuple[Relationship, ...]] = field(default_factory=dict)
    rules: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    ways: dict[str, tuple[tuple[Way, tuple[str, ...]], ...]] = field(default_factory=dict)
    """Rule -> what it reads of other rows."""
    uniques: dict[str, tuple[Unique, ...]] = field(default_factory=dict)
    machines: dict[tuple[str, str], StateMachine] = field(default_factory=dict)
    statements: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    reads: dict[str, Operation] = field(default_factory=dict)
    """Entity -> the operation that shows one row of it."""
    lists: dict[str, tuple[Operation, ...]] = field(default_factory=dict)
    """Entity -> the operations that list its rows."""
    views: dict[str, View] = field(default_factory=dict)

    def stored_fields(self, entity: str) -> tuple[Field, ...]:
        """The fields that hold a value of their own: no key that the server makes, no timestamps, none computed."""
        found = self.entities[entity]
        return tuple(item for item in found.fields if is_stored(item, found))


def is_stored(item: Field, entity: Entity) -> bool:
    """Whether a row keeps the field among its values."""
    if item.role in ("created", "updated") or item.computed is not None:
        return False
    return item.name != entity.key.field or entity.key.generated is None


def index_application(application: ApplicationIR) -> Schema:
    """The indexes of an application."""
    entities = application.domain.entities
    operations = application.api.operations
    return Schema(
        application=application,
        entities={entity.name: entity for entity in entities},
        fields={(entity.name, item.name): item for entity in entities for item in entity.fields},
        computed={(e.name, f.name): f.computed for e in entities for f in e.fields if f.computed is not None},
        collections={(e.owner, e.collection): e for e in entities if e.owner is not None and e.collection is not None},
        pointing_at={entity.name: application.relationships_to(entity.name) for entity in entities},
        pointing_from={
            e.name: tuple(r for r in application.domain.relationships if r.source == e.name) for e in entities
        },
        rules={entity.name: application.rules_of(entity.name) for entity in entities},
        ways={rule.id: ways_read(application, rule) for rule in application.validation.rules},
        uniques={entity.name: application.uniques_of(entity.name) for entity in entities},
        machines={(machine.entity, machine.field): machine for machine in application.behavior.machines},
        statements={flow.operation: flow.statements for flow in application.behavior.flows},
        reads={item.entity: item for item in reversed(operations) if item.verb == "read" and item.entity is not None},
        lists={e.name: tuple(o for o in operations if o.verb == "list" and o.entity == e.name) for e in entities},
        views={view.name: view for view in application.api.views},
    )


def is_many(item: Field) -> bool:
    """Whether a field is a many-to-many list."""
    return isinstance(item.type, Many)
