"""An application with its nodes by name, for whoever asks often; made once, never changed."""

from functools import cached_property

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import StateMachine, Statement
from devmatrix.ir.domain import Entity, Field, Relationship


class Directory:
    """The questions of ``ApplicationIR``, answered in constant time."""

    def __init__(self, application: ApplicationIR) -> None:
        self.application = application
        self._entities = {entity.name: entity for entity in application.domain.entities}
        self._flows = {flow.operation: flow.statements for flow in application.behavior.flows}
        self._machines = {(machine.entity, machine.field): machine for machine in application.behavior.machines}

    def entity(self, name: str) -> Entity:
        """The entity of this name; KeyError when there is none."""
        return self._entities[name]

    def field(self, entity: str, name: str) -> Field:
        """A field by the names of its entity and its own; KeyError when there is none."""
        return self._fields[entity, name]

    def statements(self, operation: NodeId) -> tuple[Statement, ...]:
        """What an operation does; empty for reads and lists."""
        return self._flows.get(operation, ())

    def machine(self, entity: str, field: str) -> StateMachine | None:
        """The state machine over a field, if one is declared."""
        return self._machines.get((entity, field))

    def relationships_to(self, entity: str) -> tuple[Relationship, ...]:
        """The relationships that point at an entity."""
        return self._relationships.get(entity, ())

    @cached_property
    def _fields(self) -> dict[tuple[str, str], Field]:
        entities = self.application.domain.entities
        return {(entity.name, field.name): field for entity in entities for field in entity.fields}

    @cached_property
    def _relationships(self) -> dict[str, tuple[Relationship, ...]]:
        found: dict[str, list[Relationship]] = {}
        for relation in self.application.domain.relationships:
            found.setdefault(relation.target, []).append(relation)
        return {target: tuple(relations) for target, relations in found.items()}
