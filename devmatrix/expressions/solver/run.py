"""What one symbolic run of an operation leaves behind: checks in order, effects, moves of states."""

from dataclasses import dataclass, field
from functools import cached_property

from devmatrix.expressions.solver.symbolic.arithmetic import Troubles
from devmatrix.expressions.solver.symbolic.interpret import Scope, interpret
from devmatrix.expressions.solver.symbolic.state import State
from devmatrix.expressions.solver.symbolic.terms import Truth, both, implies, negate
from devmatrix.expressions.solver.symbolic.values import RowId, Value
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Statement
from devmatrix.ir.domain import Relationship
from devmatrix.ir.expressions import Expression

ARITHMETIC = "arithmetic"


@dataclass(frozen=True)
class Check:
    """A place where the operation may refuse: asked where ``guard`` holds, passed where ``fine`` does."""

    key: str
    node: NodeId
    statement: NodeId
    guard: Truth
    fine: Truth
    iteration: int | None = None
    condition: Expression | None = None
    scope: Scope | None = None

    @cached_property
    def passed(self) -> Truth:
        """It does not refuse."""
        return implies(self.guard, self.fine)

    @cached_property
    def failed(self) -> Truth:
        """It refuses."""
        return both(self.guard, negate(self.fine))


@dataclass(frozen=True)
class Effect:
    """A change of one run of a statement: made where ``guard`` holds, seen where ``visible`` does."""

    statement: NodeId
    guard: Truth
    visible: Truth


@dataclass(frozen=True)
class Move:
    """A row whose state is set: what the state was before the call and what it becomes."""

    entity: str
    field: str
    statement: NodeId
    guard: Truth
    before: Value
    after: Value


@dataclass
class Run:
    """One symbolic run of an operation."""

    state: State
    before: State
    checks: list[Check] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    branches: dict[tuple[NodeId, bool], list[Truth]] = field(default_factory=dict)
    rounds: dict[NodeId, list[Truth]] = field(default_factory=dict)
    asked: dict[NodeId, list[Scope]] = field(default_factory=dict)
    changed: dict[RowId, dict[str, None]] = field(default_factory=dict)
    removed: dict[str, None] = field(default_factory=dict)
    restricted: list[tuple[Relationship, NodeId, dict[RowId, Truth]]] = field(default_factory=list)
    iteration: int | None = None

    def scope(self, variables: dict[str, Value], guard: Truth) -> Scope:
        """The scope of an expression that stands here."""
        return Scope(variables, self.state.copy(), self.before, guard, Troubles())

    def value(self, statement: Statement, expression: Expression, variables: dict[str, Value], guard: Truth) -> Value:
        """The value of an expression of a statement; where it has no result, the operation refuses."""
        scope = self.scope(variables, guard)
        value = interpret(expression, scope)
        self.note_troubles(scope, statement.id)
        return value

    def note_troubles(self, scope: Scope, statement: NodeId) -> None:
        """Turn what a calculation needs into checks."""
        for guard, fine in scope.troubles.found:
            self.checks.append(Check(ARITHMETIC, statement, statement, guard, fine, self.iteration))

    def check(self, key: str, statement: NodeId, guard: Truth, fine: Truth, node: NodeId = "") -> None:
        """A place where the operation may refuse; one where it never does is none."""
        if implies(guard, fine) is True:
            return
        self.checks.append(Check(key, node or statement, statement, guard, fine, self.iteration))

    def touch(self, row: RowId, name: str) -> None:
        """Remember that a field of a row may have changed."""
        self.changed.setdefault(row, {}).setdefault(name)
