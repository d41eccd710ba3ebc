"""Find a situation for a goal, or say why there is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Lock

from devmatrix.expressions.evaluation.schema import Schema, index_application
from devmatrix.expressions.situations import Situation
from devmatrix.expressions.solver.convert import Model
from devmatrix.expressions.solver.counts import LONGEST, bounds_of_lists, has_lists, is_beyond, turning_levels
from devmatrix.expressions.solver.exclusion import deciding_conditions, writers_of
from devmatrix.expressions.solver.goals import Break, Goal, Probe, Succeed, Taken, Unreachable, Unsolved
from devmatrix.expressions.solver.probes import asking_statement, probes_of
from devmatrix.expressions.solver.render import render
from devmatrix.expressions.solver.session import Demand, Session, Verdict
from devmatrix.expressions.solver.symbolic.ledger import Wish
from devmatrix.expressions.solver.symbolic.values import NeedsTexts, NotLowered
from devmatrix.expressions.solver.targets import Question, questions
from devmatrix.expressions.solver.wording import NoWording
from devmatrix.expressions.solver.world import World, build_world, close_world
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import When, walk_statements

LEVELS = (1, 3)
_ONE_AT_A_TIME = Lock()


class _Same:
    """An application as a key of a cache: the very same one."""

    __slots__ = ("application",)

    def __init__(self, application: ApplicationIR) -> None:
        self.application = application

    def __hash__(self) -> int:
        return id(self.application)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.application is self.application


def solve(application: ApplicationIR, operation_id: NodeId, goal: Goal) -> Situation | Unreachable | Unsolved:
    """A small, readable situation in which the goal comes true.

    The answer depends on the arguments alone: not on what was asked before, the process or the time.
    """
    same = _Same(application)
    with _ONE_AT_A_TIME:
        return _found(same, operation_id, goal)


def _found(same: "_Same", operation_id: NodeId, goal: Goal) -> Situation | Unreachable | Unsolved:
    try:
        found = _with_texts(same, operation_id, goal)
        if isinstance(goal, Probe) and goal.within is not None and isinstance(found, Unreachable):
            return _with_texts(same, operation_id, goal.model_copy(update={"within": None}))
    except (NotLowered, NoWording) as reason:
        return Unsolved(reason=str(reason))
    return found


def _with_texts(same: "_Same", operation_id: NodeId, goal: Goal) -> Situation | Unreachable | Unsolved:
    """Texts are mere tokens as long as nothing looks into them."""
    try:
        return _solved(same, operation_id, goal, strings=False)
    except (NeedsTexts, NoWording):
        return _solved(same, operation_id, goal, strings=True)


@lru_cache(maxsize=8)
def _schema(same: _Same) -> Schema:
    return index_application(same.application)


@dataclass
class Posed:
    """A closed world with the session that answers questions about it."""

    world: World

    @cached_property
    def session(self) -> Session:
        """Made when it is first needed."""
        return Session(self.world.ledger, [check.passed for check in self.world.run.checks])

    def seek(self, demands: list[Demand], wishes: list[Wish]) -> Model | Verdict:
        """An answer; where the solver gave up on the way, one that owes nothing to earlier questions."""
        if any(demand.formula is False for demand in demands):
            return "unsat"
        if self.world.ledger.strings:
            return Session(self.world.ledger).seek(demands, wishes)
        answer = self.session.seek(demands, wishes)
        if self.session.gave_up:
            return Session(self.world.ledger).seek(demands, wishes)
        return answer


@lru_cache(maxsize=8)
def _posed(same: _Same, operation_id: NodeId, level: int, *, strings: bool) -> Posed:
    world = build_world(_schema(same), same.application.operation(operation_id), level, strings=strings)
    close_world(world)
    return Posed(world)


def _asked(same: _Same, operation_id: NodeId, level: int, goal: Goal, *, strings: bool) -> tuple[Posed, list[Question]]:
    """The world and what to ask of it. An assumption may read more, so it gets a world of its own."""
    if not goal.assume:
        posed = _posed(same, operation_id, level, strings=strings)
        return posed, questions(posed.world, goal)
    world = build_world(_schema(same), same.application.operation(operation_id), level, strings=strings)
    asked = questions(world, goal)
    close_world(world)
    return Posed(world), asked


def _levels(schema: Schema, operation: Operation, goal: Goal) -> Iterator[int]:
    lists = has_lists(schema.application, operation)
    first = max(goal.rows, 2 if lists and isinstance(goal, Succeed) and goal.visible else 1)
    if not lists:
        yield first
        return
    turning = turning_levels(schema.application, operation)
    yield from sorted({first} | {level for level in (*LEVELS, *turning) if level > first})


def _solved(same: _Same, operation_id: NodeId, goal: Goal, *, strings: bool) -> Situation | Unreachable | Unsolved:
    last: tuple[Posed, list[Demand]] | None = None
    tired = False
    for level in _levels(_schema(same), same.application.operation(operation_id), goal):
        posed, asked = _asked(same, operation_id, level, goal, strings=strings)
        for demands, wishes in asked:
            answer = posed.seek(demands, wishes)
            if isinstance(answer, Model):
                return render(posed.world, answer)
            tired = tired or answer == "unknown"
        last = (posed, asked[-1][0])
    if tired or last is None:
        return Unsolved(reason="the solver came to no end within its limit")
    return _excluded(*last, goal)


def _excluded(posed: Posed, demands: list[Demand], goal: Goal) -> Unreachable | Unsolved:
    world = posed.world
    lengths = bounds_of_lists(world.schema.application, world.operation) if isinstance(goal, Break) else set()
    if is_beyond(deciding_conditions(world, goal)) or any(size >= LONGEST for size in lengths):
        return Unsolved(reason=f"lists of more than {LONGEST} rows are not tried")
    if any(demand.formula is False and not demand.node for demand in demands):
        return Unreachable(implied_by=writers_of(world, goal), rows=world.level)
    nodes = posed.session.reasons(demands)
    if nodes is None:
        return Unsolved(reason="no proof within the solver's limit")
    narrowing = [node for node in nodes if node in world.ledger.restrictions]
    if narrowing:
        return Unsolved(reason=f"nothing was found, but not everything was tried: {', '.join(narrowing)}")
    return Unreachable(implied_by=nodes or writers_of(world, goal), rows=world.level)


def breakable(application: ApplicationIR, operation_id: NodeId) -> tuple[Break, ...]:
    """One goal for each refusal that the statements and their effects may end in, in the order of asking."""
    same = _Same(application)
    try:
        world = _posed(same, operation_id, 1, strings=False).world
    except NeedsTexts:
        world = _posed(same, operation_id, 1, strings=True).world
    pairs = dict.fromkeys((check.key, check.statement or None) for check in world.run.checks)
    return tuple(Break(key=key, statement=statement) for key, statement in pairs)


def boundaries(application: ApplicationIR, operation_id: NodeId, statement: NodeId) -> tuple[Probe, ...]:
    """The limits of a require or a when: comparisons where they turn, each part deciding. An ensures has none."""
    return probes_of(asking_statement(application, operation_id, statement))


def branches(application: ApplicationIR, operation_id: NodeId) -> tuple[Succeed, ...]:
    """One goal for each branch of each ``when``."""
    statements = walk_statements(application.statements(application.operation(operation_id)))
    return tuple(
        Succeed(branches=(Taken(statement=statement.id, holds=holds),))
        for statement in statements
        if isinstance(statement, When)
        for holds in (True, False)
    )
