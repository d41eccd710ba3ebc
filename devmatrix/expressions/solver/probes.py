"""The limits of a condition: where a part of it decides, and where a comparison turns."""

from dataclasses import replace

from devmatrix.expressions.solver.goals import Probe, Relation
from devmatrix.expressions.solver.symbolic.arithmetic import Troubles
from devmatrix.expressions.solver.symbolic.interpret import Scope, Seen, Trail, holds
from devmatrix.expressions.solver.symbolic.terms import Truth, any_of, at_most, both, choose, equal, less, negate, total
from devmatrix.expressions.solver.symbolic.unknowns import HOUR
from devmatrix.expressions.solver.symbolic.values import NotLowered, Scalar, aligned, truth
from devmatrix.expressions.solver.world import World
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Ensure, Require, When, walk_statements
from devmatrix.ir.expressions import (
    Binary,
    ContextValue,
    Expression,
    Macro,
    Unary,
    operands,
    walk,
)

ORDERED = ("integer", "decimal", "date", "datetime", "duration")


def asking_statement(application: ApplicationIR, operation: NodeId, statement: NodeId) -> Require | When | Ensure:
    """The require, when or ensure of this id; KeyError when there is none."""
    for found in walk_statements(application.statements(application.operation(operation))):
        if found.id == statement and isinstance(found, Require | When | Ensure):
            return found
    raise KeyError(statement)


def probes_of(asking: Require | When | Ensure) -> tuple[Probe, ...]:
    """Each part deciding alone, both ways, and each comparison of ordered values at its limit."""
    if isinstance(asking, Ensure):
        return ()
    condition, statement = asking.condition, asking.id
    found: list[Probe] = []
    for path, part in _parts(condition, ()):
        relations: list[Relation] = []
        if _is_limit(part):
            relations += ["equal", "below", "above"]
        elif path and not isinstance(part, Unary):
            relations += ["true", "false"]
        found.extend(Probe(statement=statement, path=path, relation=relation) for relation in relations)
    return tuple(found)


def _parts(expression: Expression, path: tuple[int, ...]) -> list[tuple[tuple[int, ...], Expression]]:
    """The conditions that an expression is made of, itself first."""
    found = [(path, expression)] if expression.type.kind == "boolean" else []
    for place, part in enumerate(operands(expression)):
        if _is_logical(expression, place, part):
            found += _parts(part, (*path, place))
    return found


def _is_logical(parent: Expression, place: int, part: Expression) -> bool:
    if part.type.kind != "boolean":
        return False
    if isinstance(parent, Binary):
        return parent.operator in ("&&", "||")
    return isinstance(parent, Unary) or (isinstance(parent, Macro) and place == 1 and parent.macro in ("all", "exists"))


def _is_limit(part: Expression) -> bool:
    if not isinstance(part, Binary) or part.operator not in ("==", "!=", "<", "<=", ">", ">="):
        return False
    kinds = (part.left.type.kind, part.right.type.kind)
    if kinds[0] not in ORDERED or kinds[1] not in ORDERED:
        return False
    return not any(isinstance(inner, ContextValue) and inner.member == "now" for inner in walk(part))


def probe_demand(world: World, goal: Probe) -> Truth:
    """That the part stands so at one run of the statement, and decides."""
    condition = asking_statement(world.schema.application, world.operation.id, goal.statement).condition
    found = [_at(condition, scope, goal) for scope in world.run.asked.get(goal.statement, ())]
    return any_of(found)


def _at(condition: Expression, scope: Scope, goal: Probe) -> Truth:
    watched: dict[Trail, Seen] = {}
    quiet = replace(scope, troubles=Troubles())
    holds(condition, replace(quiet, watched=watched))
    found: list[Truth] = []
    for trail, seen in watched.items():
        if tuple(step for step in trail if step >= 0) == goal.path:
            stands = both(seen.guard, _stands(seen, goal.relation, goal.within))
            found.append(both(stands, _decides(condition, quiet, trail)) if goal.deciding else stands)
    return both(scope.guard, any_of(found))


def _stands(seen: Seen, relation: Relation, within: int | None) -> Truth:
    if relation in ("true", "false"):
        return truth(seen.value) if relation == "true" else negate(truth(seen.value))
    if len(seen.sides) != 2 or not all(isinstance(side, Scalar) for side in seen.sides):
        raise NotLowered("a limit of what has no order")
    left, right = aligned(seen.sides[0], seen.sides[1])  # type: ignore[arg-type]
    if left.null is True or right.null is True:
        return False
    valued = both(negate(left.null), negate(right.null))
    if relation == "equal":
        return both(valued, equal(left.number, right.number))
    low, high = (left, right) if relation == "below" else (right, left)
    near = within is None or at_most(high.number, total((low.number, within * _unit(left))))
    return both(valued, less(low.number, high.number), near)


def _unit(side: Scalar) -> int:
    """The smallest step; instants step by the hour."""
    return HOUR if side.kind in ("datetime", "duration") and side.unit == 1 else 1


def _decides(condition: Expression, scope: Scope, trail: Trail) -> Truth:
    if not trail:
        return True
    yes = holds(condition, replace(scope, forced=(trail, True)))
    no = holds(condition, replace(scope, forced=(trail, False)))
    return choose(yes, negate(no), no)  # type: ignore[no-any-return]
