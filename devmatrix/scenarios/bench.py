"""Where scenarios are made: what is owed, what is covered, and values that must not meet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from devmatrix.artifacts.scenarios import Call, ObligationOutcome, Scenario, ScenarioKind
from devmatrix.artifacts.terms import Given, Record
from devmatrix.expressions.evaluation.schema import Schema, index_application
from devmatrix.expressions.situations import Situation
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Bind, BindMany, walk_statements
from devmatrix.ir.expressions import Access, ContextValue, Expression, Variable, walk
from devmatrix.ir.tests import Obligation, ObligationKind
from devmatrix.scenarios.playing.model import Reply, play
from devmatrix.scenarios.playing.requests import request_of
from devmatrix.scenarios.playing.scene import Scene, open_scene
from devmatrix.scenarios.playing.staging import ABSENT_INTEGER, Stage, set_stage
from devmatrix.scenarios.supply.salting import salt_situation, salted_fields
from devmatrix.scenarios.supply.solving import solve_goal


@dataclass
class Bench:
    """Everything that deriving one suite needs. ``why`` keeps, for what is not covered, what was tried."""

    schema: Schema
    relative: frozenset[NodeId]
    owed: dict[NodeId, list[Obligation]]
    salt_decides: bool = True
    """Whether some expression reads a field whose values scenarios change to have their own."""
    scenarios: list[Scenario] = field(default_factory=list)
    covered: set[str] = field(default_factory=set)
    why: dict[str, ObligationOutcome] = field(default_factory=dict)
    taken: set[tuple[str, tuple[object, ...]]] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=dict)
    happy: dict[NodeId, Situation | None] = field(default_factory=dict)
    solved: dict[tuple[NodeId, Any], Any] = field(default_factory=dict)
    witness: Callable[[Scene], None] | None = None
    """Sees every scene that is finished."""

    @property
    def application(self) -> ApplicationIR:
        """What the scenarios are about."""
        return self.schema.application

    def obligations(
        self, operation: Operation, kind: ObligationKind, node: NodeId | None = None, detail: str | None = None
    ) -> list[Obligation]:
        """What an operation owes of a kind, narrowed where asked."""
        return [
            item
            for item in self.owed.get(operation.id, ())
            if item.kind == kind and node in (None, item.node) and detail in (None, item.detail)
        ]

    def ids(
        self, operation: Operation, kind: ObligationKind, node: NodeId | None = None, detail: str | None = None
    ) -> list[str]:
        """The ids of such obligations."""
        return [item.id for item in self.obligations(operation, kind, node, detail)]

    def stage(self, operation: Operation, name: str, situation: Situation) -> Stage:
        """A stage of its own for a situation; one whose values cannot be made its own is played alone."""
        scenario = self._named(f"{operation.wire}/{name}")
        number = sum(self.names.values())
        relative = operation.id in self.relative
        salted_situation = salt_situation(self.schema, operation, situation, number)
        salted = set_stage(self.schema, scenario, number, salted_situation, relative=relative)
        if salted_situation is situation or not self.salt_decides:
            return salted
        plain = set_stage(self.schema, scenario, number, situation, relative=relative, alone=True)
        return salted if self._alike(operation, plain, salted) else plain

    def _alike(self, operation: Operation, plain: Stage, salted: Stage) -> bool:
        outcomes = []
        for stage in (plain, salted):
            reply = play(self.schema, request_of(operation, stage), stage.world, stage.context)
            outcomes.append((reply.status, reply.refusal.key if reply.refusal else None))
        return outcomes[0] == outcomes[1]

    def _named(self, name: str) -> str:
        self.names[name] = self.names.get(name, 0) + 1
        return name if self.names[name] == 1 else f"{name}/{self.names[name]}"

    def scene(self, operation: Operation, name: str, situation: Situation) -> Scene:
        """A scene on a stage of its own; where answers may be kept, its rows are read before anything is done."""
        cached = self.application.infrastructure.storage.reads == "cached"
        return open_scene(self.stage(operation, name, situation), rereads=cached and operation.verb != "list")

    def keep(
        self,
        scene: Scene,
        title: str,
        kind: ScenarioKind,
        operation: Operation,
        covers: Iterable[str],
        *,
        alone: bool = False,
    ) -> None:
        """The scene is finished: its scenario counts, and its unique values are taken."""
        held = scene.held | scene.stage.nobodys
        meets = bool(held & self.taken) or _names_small_key(scene, operation)
        shown = tuple(covers) or tuple(self.ids(operation, "operation", detail=""))
        scenario = scene.scenario(title, kind, operation, shown, alone=alone or meets)
        if not scenario.alone:
            self.taken |= held
        self.scenarios.append(scenario)
        self.covered |= set(scenario.covers)
        if self.witness is not None:
            self.witness(scene)

    def trial(self, operation: Operation, situation: Situation) -> Reply:
        """What the model says to a situation's call."""
        relative = operation.id in self.relative
        stage = set_stage(self.schema, "trial", 0, situation, relative=relative)
        return play(self.schema, request_of(operation, stage), stage.world, stage.context)

    def solve(self, operation: Operation, goal: Any) -> Any:
        """What the solver finds for a goal; asked once."""
        if (operation.id, goal) not in self.solved:
            self.solved[operation.id, goal] = solve_goal(self.application, operation.id, goal)
        return self.solved[operation.id, goal]

    def refused(self, obligation: Obligation, outcome: ObligationOutcome) -> None:
        """Why an obligation has no scenario; the first reason stays."""
        self.why.setdefault(obligation.id, outcome)


def _names_small_key(scene: Scene, operation: Operation) -> bool:
    """Whether a call names a row by a small number, which the database may give to anybody's new row."""
    keys = {
        s.by.name
        for s in walk_statements(scene.schema.statements.get(operation.id, ()))
        if isinstance(s, Bind | BindMany)
        and isinstance(s.by, Variable)
        and scene.schema.entities[s.entity].key.generated == "integer"
    }
    wires = {item.wire for item in operation.body if item.name in keys}
    bodies = [step.body for step in scene.steps if isinstance(step, Call) and isinstance(step.body, Record)]
    return any(
        wire in wires and isinstance(term, Given) and isinstance(term.value, int) and term.value < ABSENT_INTEGER
        for body in bodies
        for wire, term in body.members
    )


def open_bench(application: ApplicationIR) -> Bench:
    """A bench on which nothing was made yet."""
    owed: dict[NodeId, list[Obligation]] = {}
    for obligation in application.tests.obligations:
        owed.setdefault(obligation.operation, []).append(obligation)
    schema = index_application(application)
    return Bench(schema, _relative_operations(schema), owed, salt_decides=_reads_salted(schema))


def _reads_salted(schema: Schema) -> bool:
    salted = set(salted_fields(schema))
    return any(
        isinstance(part, Access) and (part.entity, part.name) in salted
        for expression in _all_expressions(schema)
        for part in walk(expression)
    )


def _all_expressions(schema: Schema) -> Iterator[Expression]:
    for operation in schema.application.api.operations:
        yield from _expressions_of(schema, operation)
    yield from _standing_expressions(schema)


def _relative_operations(schema: Schema) -> frozenset[NodeId]:
    """Operations in which the clock decides something: then all times stand relative to the run's own now."""
    operations = schema.application.api.operations
    if any(_asks_clock(expression) for expression in _standing_expressions(schema)):
        return frozenset(operation.id for operation in operations)
    return frozenset(item.id for item in operations if any(map(_asks_clock, _expressions_of(schema, item))))


def _standing_expressions(schema: Schema) -> Iterator[Expression]:
    """What holds whatever is called: rules, copied and computed fields."""
    yield from (rule.condition for rules in schema.rules.values() for rule in rules)
    for item in schema.fields.values():
        yield from (source.expression for source in item.sources if source.expression is not None)


def _expressions_of(schema: Schema, operation: Operation) -> Iterator[Expression]:
    for statement in walk_statements(schema.statements.get(operation.id, ())):
        yield from statement.reads
    yield from (answer.value for answer in operation.answers if answer.value is not None)
    if operation.where is not None:
        yield operation.where


def _asks_clock(expression: Expression) -> bool:
    return any(isinstance(part, ContextValue) for part in walk(expression))
