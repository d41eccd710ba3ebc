"""One operation with what the passes ask of it again and again, found once."""

from dataclasses import dataclass
from functools import cached_property

from devmatrix.ir.api import Operation
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Let, Statement, walk_statements
from devmatrix.ir.directory import Directory
from devmatrix.passes.consequences import Consequences, Place, consequences_of, places_read
from devmatrix.passes.extents import Declared, Surroundings


class Ledger(Directory):
    """A directory that also knows what each rule depends on."""

    @cached_property
    def places_of_rules(self) -> dict[NodeId, frozenset[Place]]:
        """Rule -> the places that it reads."""
        return {rule.id: places_read(self, rule.condition) for rule in self.application.validation.rules}


@dataclass(frozen=True)
class Subject:
    """An operation under examination."""

    directory: Ledger
    operation: Operation

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, each before those inside it."""
        return walk_statements(self.directory.statements(self.operation.id))

    @cached_property
    def surroundings(self) -> Surroundings:
        """Declared bounds of the inputs, and what each ``let`` stands for."""
        return Surroundings(
            directory=self.directory,
            inputs={item.name: Declared(item.type, item.constraints) for item in self.operation.inputs},
            lets={item.variable: item.value for item in self.statements if isinstance(item, Let)},
        )

    @cached_property
    def consequences(self) -> Consequences:
        """What the statements lead to."""
        return consequences_of(self.directory, self.statements)
