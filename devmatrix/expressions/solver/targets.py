"""A goal as formulas over a world: what must hold, and what would be nice."""

from collections.abc import Callable
from typing import Any

from devmatrix.expressions.solver.goals import Asked, Assumption, Break, FromState, Goal, Probe, Succeed
from devmatrix.expressions.solver.probes import probe_demand
from devmatrix.expressions.solver.run import Check, Move
from devmatrix.expressions.solver.session import Demand
from devmatrix.expressions.solver.symbolic.interpret import Scope, holds
from devmatrix.expressions.solver.symbolic.ledger import Wish
from devmatrix.expressions.solver.symbolic.terms import Truth, all_of, any_of, both, equal, negate
from devmatrix.expressions.solver.symbolic.values import NotLowered, Row, Scalar
from devmatrix.expressions.solver.world import World

Question = tuple[list[Demand], list[Wish]]


def questions(world: World, goal: Goal) -> list[Question]:
    """What to ask, one after the other, until one has an answer; the last decides that there is none."""
    asked = _TARGETS[goal.kind](world, goal)
    extra = _asked(world, goal)
    return [([*extra, *demands], wishes) for demands, wishes in asked]


def _asked(world: World, goal: Asked) -> list[Demand]:
    found = [Demand("", _assumed(world, assumption)) for assumption in goal.assume]
    inputs = world.start.inputs
    found += [Demand("", negate(inputs[name].sent)) for name in goal.left_out]
    return found + [Demand("", inputs[name].null) for name in goal.null]


def _assumed(world: World, assumption: Assumption) -> Truth:
    if assumption.at is None:
        scope = Scope(world.variables, world.run.before, world.run.before, True, world.run.scope({}, True).troubles)
        met = holds(assumption.condition, scope)
        return met if assumption.holds else negate(met)
    found: list[Truth] = []
    for scope in world.run.asked.get(assumption.at, ()):
        met = holds(assumption.condition, scope)
        found.append(both(scope.guard, met if assumption.holds else negate(met)))
    return any_of(found)


def _passing(checks: list[Check]) -> list[Demand]:
    return [Demand(check.node, check.passed) for check in checks if check.passed is not True]


def _kept(formulas: list[Truth]) -> list[Wish]:
    return [Wish("kept", formula) for formula in formulas if not isinstance(formula, bool)]


def _succeed(world: World, goal: Succeed) -> list[Question]:
    run = world.run
    demands = _passing(run.checks)
    for branch in goal.branches:
        taken = run.branches.get((branch.statement, branch.holds), [])
        demands.append(Demand("", any_of(taken)))
    return [(demands, _visible(world) if goal.visible else [])]


def _visible(world: World) -> list[Wish]:
    """Every effect changes something, every loop runs, and the rows of one loop refer to different rows."""
    run = world.run
    seen: dict[str, list[Truth]] = {}
    for effect in run.effects:
        seen.setdefault(effect.statement, []).append(effect.visible)
    wishes = _kept([any_of(visible) for visible in seen.values()])
    wishes += _kept([effect.visible for effect in run.effects])
    for rounds in run.rounds.values():
        wishes += _kept(rounds[: max(2, world.level)])
    return wishes + _spread(world)


def _spread(world: World) -> list[Wish]:
    """Rows of one entity refer to different rows."""
    start, found = world.start, list[Wish]()
    for (row, name), value in start.values.items():
        if not isinstance(value, Row) or row.number == 0 or len(value.choices) < 2:
            continue
        former = start.values.get((row._replace(number=row.number - 1), name))
        if isinstance(former, Row) and not _owns(world, row.entity, name):
            alike = any_of(both(held, former.is_row(target)) for target, held in value.choices)
            found.append(Wish("spread", negate(both(start.presence[row], alike))))
    return found


def _owns(world: World, entity: str, name: str) -> bool:
    return world.schema.fields[entity, name].role == "owner"


def _break(world: World, goal: Break) -> list[Question]:
    checks = world.run.checks
    matching = [place for place, check in enumerate(checks) if _matches(check, goal)]
    if not matching:
        return [([Demand("", False)], [])]
    first = matching[0]
    demands = _passing(checks[:first])
    failing = []
    for place in matching:
        between = all_of(check.passed for check in checks[first:place])
        failing.append(both(between, checks[place].failed))
    demands.append(Demand("", any_of(failing)))
    others = [check.passed for place, check in enumerate(checks) if place > first and place not in matching]
    alone = [*demands, *(Demand("", other) for other in others if other is not True)]
    few = _kept([check.passed for place, check in enumerate(checks) if place in matching[1:]])
    if len(alone) == len(demands):
        return [(demands, few)]
    return [(alone, few), (demands, _kept(others) + few)]


def _matches(check: Check, goal: Break) -> bool:
    if check.key != goal.key or (goal.statement is not None and check.statement != goal.statement):
        return False
    return goal.iteration is None or check.iteration == goal.iteration


def _from_state(world: World, goal: FromState) -> list[Question]:
    moves = [move for move in world.run.moves if (move.entity, move.field) == (goal.entity, goal.field)]
    starts = Demand("", any_of(_starts(world, move, goal) for move in moves))
    passing = _passing(world.run.checks)
    refused = any_of(check.failed for check in world.run.checks)
    succeeding: Question = ([starts, *passing], _visible(world))
    refusing: Question = ([starts, Demand("", refused)], _kept([check.passed for check in reversed(world.run.checks)]))
    if goal.outcome == "succeeds":
        return [succeeding]
    return [refusing] if goal.outcome == "refused" else [succeeding, refusing]


def _starts(world: World, move: Move, goal: FromState) -> Truth:
    found = both(move.guard, _is_member(world, move.before, goal.state))
    return found if goal.target is None else both(found, _is_member(world, move.after, goal.target))


def _is_member(world: World, value: Any, member: str) -> Truth:
    if not isinstance(value, Scalar):
        raise NotLowered("a state that is no member")
    return both(negate(value.null), equal(value.term, world.ledger.code(member)))


def _probe(world: World, goal: Probe) -> list[Question]:
    checks = world.run.checks
    first = next((place for place, check in enumerate(checks) if check.statement == goal.statement), len(checks))
    demands = [*_passing(checks[:first]), Demand("", probe_demand(world, goal))]
    rest = checks[first:]
    fine = [*demands, *_passing(rest)]
    own = [check for check in rest if check.statement == goal.statement]
    others = [check for check in rest if check.statement != goal.statement]
    broken = Demand("", any_of(check.failed for check in own)) if own else Demand("", False)
    alone = [*demands, broken, *_passing(others)]
    return [(fine, _visible(world)), (alone, []), (demands, _kept([check.passed for check in rest]))]


_TARGETS: dict[str, Callable[[World, Any], list[Question]]] = {
    "succeed": _succeed,
    "break": _break,
    "from state": _from_state,
    "probe": _probe,
}
