"""The typed application: everything that the spec says and nothing else."""

from typing import Any

from devmatrix.ir.api import Api, Operation, View
from devmatrix.ir.base import Placed, digest_of
from devmatrix.ir.behavior import Behavior, StateMachine, Statement
from devmatrix.ir.domain import Domain, Entity, Field, Relationship
from devmatrix.ir.infrastructure import Infrastructure
from devmatrix.ir.tests import Tests
from devmatrix.ir.validation import Rule, Unique, Validation

ARCHIVE = "deleted_rows"
"""The table of deleted rows, unless something else is called so."""


class ApplicationIR(Placed):
    """A whole application, independent of any target language.

    ``slug`` is the application's name as a lower-case identifier with dashes.
    """

    name: str
    slug: str
    description: str = ""
    domain: Domain
    validation: Validation = Validation()
    api: Api = Api()
    behavior: Behavior = Behavior()
    tests: Tests = Tests()
    infrastructure: Infrastructure = Infrastructure()

    @property
    def digest(self) -> str:
        """SHA-256 over the content, places in the text left out."""
        return digest_of(self)

    def to_json(self) -> str:
        """The application as JSON text; ``from_json`` gives an equal one back."""
        return self.model_dump_json(indent=1)

    @classmethod
    def from_json(cls, text: str) -> "ApplicationIR":
        """The application that ``to_json`` wrote; pydantic's ValidationError for anything else."""
        return cls.model_validate_json(text)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """The published JSON schema of ``to_json``."""
        return cls.model_json_schema()

    def entity(self, name: str) -> Entity:
        """The entity of this name; KeyError when there is none."""
        for entity in self.domain.entities:
            if entity.name == name:
                return entity
        raise KeyError(name)

    def field(self, entity: str, name: str) -> Field:
        """A field by the names of its entity and its own."""
        return self.entity(entity).field(name)

    def operation(self, node: str) -> Operation:
        """The operation of this node id; KeyError when there is none."""
        for operation in self.api.operations:
            if operation.id == node:
                return operation
        raise KeyError(node)

    def home(self, operation: Operation) -> str:
        """The entity that an operation stands with: its own, for a flow that of the first row in its path."""
        if operation.verb == "flow" and operation.addresses:
            return operation.addresses[0].entity
        return operation.entity if operation.entity is not None else self.domain.entities[0].name

    def view(self, name: str) -> View:
        """The view of this name; KeyError when there is none."""
        for view in self.api.views:
            if view.name == name:
                return view
        raise KeyError(name)

    def statements(self, operation: Operation) -> tuple[Statement, ...]:
        """What the operation does; empty for reads and lists."""
        return next((flow.statements for flow in self.behavior.flows if flow.operation == operation.id), ())

    def machine(self, entity: str, field: str) -> StateMachine | None:
        """The state machine over a field, if one is declared."""
        return next((m for m in self.behavior.machines if m.entity == entity and m.field == field), None)

    def machines_of(self, entity: str) -> tuple[StateMachine, ...]:
        """The state machines over an entity's fields."""
        return tuple(machine for machine in self.behavior.machines if machine.entity == entity)

    def rules_of(self, entity: str) -> tuple[Rule, ...]:
        """The rules over an entity's rows."""
        return tuple(rule for rule in self.validation.rules if rule.entity == entity)

    def uniques_of(self, entity: str) -> tuple[Unique, ...]:
        """The uniqueness of an entity's rows."""
        return tuple(unique for unique in self.validation.uniques if unique.entity == entity)

    def children_of(self, entity: str) -> tuple[Entity, ...]:
        """The entities that are part of this one."""
        return tuple(child for child in self.domain.entities if child.owner == entity)

    def relationships_to(self, entity: str) -> tuple[Relationship, ...]:
        """The relationships that point at this entity."""
        return tuple(relation for relation in self.domain.relationships if relation.target == entity)

    @property
    def archive(self) -> tuple[str, str] | None:
        """Schema and table of the rows that were deleted, where they are kept; nothing else is called so."""
        if self.infrastructure.storage.deletes != "archived":
            return None
        lists = (field.association for entity in self.domain.entities for field in entity.fields)
        taken = {entity.storage.table for entity in self.domain.entities} | {each.table for each in lists if each}
        name = ARCHIVE
        while name in taken:
            name += "_"
        return self.infrastructure.storage.schema_name, name
