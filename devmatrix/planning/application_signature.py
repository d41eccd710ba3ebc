"""Draw a whole application in small, so that applications of one build are found again whatever they are called."""

from devmatrix.artifacts.plan import LabelledGraph
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Statement
from devmatrix.ir.domain import Entity
from devmatrix.ir.types import Many
from devmatrix.planning.entity_graph import kind_of
from devmatrix.planning.operation_graph import STATEMENTS
from devmatrix.planning.sketch import Sketch

LARGEST = 2000
"""Nodes of the drawing: what a bank takes as one graph."""


def application_signature(application: ApplicationIR) -> LabelledGraph:
    """A node for each entity with the kinds of its fields, one for each flow with what it does to which entity.

    Plain endpoints are left out: nearly every entity of every application has them.
    """
    drawing = _Drawing(application)
    for entity in application.domain.entities:
        drawing.draw_entity(entity)
    for entity in application.domain.entities:
        drawing.join(entity)
    for operation in application.api.operations:
        if operation.verb == "flow":
            drawing.draw_flow(operation)
    return drawing.sketch.graph()


class _Drawing:
    """An application while it is drawn."""

    def __init__(self, application: ApplicationIR) -> None:
        self.application = application
        self.sketch = Sketch("application", largest=LARGEST)
        self.entities: dict[str, int] = {}

    def draw_entity(self, entity: Entity) -> None:
        """A node with one part for each kind of field, and one for each kind of promise."""
        node = self.sketch.add(0, "has", "entity.external" if entity.external else "entity")
        self.entities[entity.name] = node
        plain = [field for field in entity.fields if field.role == "plain"]
        parts = {f"field.{kind_of(field.type)}" for field in plain if field.target is None}
        parts |= {"computed" for field in plain if field.computed is not None}
        parts |= {"states"} if self.application.machines_of(entity.name) else set()
        parts |= {"rule"} if self.application.rules_of(entity.name) else set()
        parts |= {"unique"} if self.application.uniques_of(entity.name) else set()
        for part in sorted(parts):
            self.sketch.add(node, "has", part)

    def join(self, entity: Entity) -> None:
        """Edges to its owner and to what it refers to."""
        if entity.owner in self.entities:
            self.sketch.join(self.entities[entity.name], "part of", self.entities[entity.owner])
        for field in entity.fields:
            if field.role == "plain" and field.target in self.entities:
                edge = "has many" if isinstance(field.type, Many) else "refers to"
                self.sketch.join(self.entities[entity.name], edge, self.entities[field.target])

    def draw_flow(self, operation: Operation) -> None:
        """A node at its home, with each kind of statement and the entities that it changes."""
        node = self.sketch.add(0, "offers", "flow")
        self.sketch.join(node, "at", self.entities[self.application.home(operation)])
        changes = {change for each in self.application.statements(operation) for change in _changes(each)}
        parts: dict[str, int] = {}
        for label, touched in sorted(changes):
            if label not in parts:
                parts[label] = self.sketch.add(node, "does", label)
            if touched in self.entities:
                self.sketch.join(parts[label], "on", self.entities[touched])


def _changes(statement: Statement) -> set[tuple[str, str]]:
    """Each kind of statement with the entities that it changes, those inside it as well."""
    label = STATEMENTS[statement.kind]
    own = {(label, entity) for entity, _ in statement.writes} or {(label, "")}
    return own.union(*(_changes(child) for child in statement.children))
