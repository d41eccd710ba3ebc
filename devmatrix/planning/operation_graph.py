"""Draw an operation: how it finds its rows, what it takes, what it does and what it answers."""

from devmatrix.artifacts.plan import LabelledGraph
from devmatrix.ir.api import LeafShape, ListShape, NamedShape, ObjectShape, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.behavior import Bind, BindMany, Delete, Set, Statement
from devmatrix.planning.entity_graph import kind_of
from devmatrix.planning.sketch import Sketch

STATEMENTS = {
    "bind": "bind",
    "bind many": "bind.many",
    "require": "guard",
    "let": "let",
    "for each": "loop",
    "when": "branch",
    "create": "effect.insert",
    "set": "effect.update",
    "delete": "effect.delete",
    "add": "effect.add",
    "remove": "effect.remove",
    "ensure": "ensure",
}
_SELECTS = {
    "equals": "select.equals",
    "at least": "select.at-least",
    "at most": "select.at-most",
    "search": "select.search",
    "sort": "select.sort",
    "limit": "select.page",
    "offset": "select.page",
    "after": "select.page",
}


def operation_graph(application: ApplicationIR, operation: Operation) -> LabelledGraph:
    """One node ``operation`` and what hangs on it."""
    return _Drawing(application, operation).graph()


class _Drawing:
    """An operation while it is drawn; each entity that it touches is one node."""

    def __init__(self, application: ApplicationIR, operation: Operation) -> None:
        self.application = application
        self.operation = operation
        self.sketch = Sketch("operation")
        self.entities: dict[str, int] = {}

    def graph(self) -> LabelledGraph:
        """The whole drawing."""
        self.sketch.add(0, "is", f"verb.{self.operation.verb}")
        self._draw_addresses()
        self._draw_inputs()
        self._draw_statements(0, self.application.statements(self.operation))
        self._draw_answers()
        return self.sketch.graph()

    def _draw_addresses(self) -> None:
        for position, address in enumerate(self.operation.addresses):
            node = self.sketch.add(0, "finds", "address.nested" if position else "address")
            self._join_entity(node, "of", address.entity)
        if self.operation.nested_under is not None:
            self.sketch.mark(0, "is", "nested")
        if self.operation.where is not None:
            self.sketch.mark(0, "is", "narrowed")

    def _draw_inputs(self) -> None:
        for taken in self.operation.inputs:
            if taken.source == "query" and taken.selects is not None:
                self.sketch.mark(0, "takes", _SELECTS[taken.selects.kind])
            else:
                self.sketch.add(0, "takes", f"input.{kind_of(taken.type)}")

    def _draw_statements(self, parent: int, statements: tuple[Statement, ...]) -> None:
        previous: int | None = None
        for statement in statements:
            node = self.sketch.add(parent, "does", STATEMENTS[statement.kind])
            if previous is not None:
                self.sketch.join(previous, "then", node)
            previous = node
            self._draw_touched(node, statement)
            self._draw_statements(node, statement.children)

    def _draw_touched(self, node: int, statement: Statement) -> None:
        touched = {entity for entity, _ in statement.writes}
        if isinstance(statement, Bind | BindMany):
            touched.add(statement.entity)
        for entity in sorted(touched):
            self._join_entity(node, "on", entity)
        if isinstance(statement, Set) and self._is_guarded(statement):
            self.sketch.mark(node, "moves", "states")
        if isinstance(statement, Delete) and self._is_followed(statement):
            self.sketch.mark(node, "leads to", "cascade")

    def _is_guarded(self, statement: Set) -> bool:
        return self.application.machine(statement.target.entity, statement.target.name) is not None

    def _is_followed(self, statement: Delete) -> bool:
        return any(self.application.relationships_to(entity) for entity, _ in statement.writes)

    def _join_entity(self, node: int, edge: str, entity: str) -> None:
        if entity in self.entities:
            self.sketch.join(node, edge, self.entities[entity])
        else:
            self.entities[entity] = self.sketch.add(node, edge, "entity")

    def _draw_answers(self) -> None:
        for answer in self.operation.answers:
            match answer.shape:
                case NamedShape():
                    label = "answer.row"
                case ListShape():
                    label = "answer.rows"
                case ObjectShape():
                    label = "answer.page"
                case LeafShape():
                    label = "answer.value"
                case _:
                    label = "answer.nothing"
            self.sketch.mark(0, "answers", label)
