"""Why a goal cannot be reached: the conditions that decide it, and the statements from which it follows."""

from collections.abc import Iterator

from devmatrix.expressions.solver.goals import Break, Goal, Probe
from devmatrix.expressions.solver.world import World
from devmatrix.ir.base import NodeId
from devmatrix.ir.behavior import Ensure, Require, Statement, When, walk_statements
from devmatrix.ir.expressions import Access, Expression, walk


def deciding_conditions(world: World, goal: Goal) -> list[Expression]:
    """What decides the goal: the condition that is asked for, or, for a success, all of them."""
    application, asked = world.schema.application, _asked(goal)
    found = [
        statement.condition
        for statement in _statements(world)
        if isinstance(statement, Require | Ensure | When) and (not asked or statement.id in asked)
    ]
    rules = application.validation.rules
    return found + [rule.condition for rule in rules if not asked or f"rule:{rule.id}" in asked]


def _asked(goal: Goal) -> set[str]:
    if isinstance(goal, Break):
        return {goal.key, goal.statement or goal.key}
    return {goal.statement} if isinstance(goal, Probe) else set()


def _statements(world: World) -> tuple[Statement, ...]:
    return walk_statements(world.schema.application.statements(world.operation))


def writers_of(world: World, goal: Goal) -> tuple[NodeId, ...]:
    """The statements that make what the goal is about, where it follows from them alone."""
    asked, statements = _asked(goal), _statements(world)
    touched = set(_read(statement for statement in statements if statement.id in asked))
    touched |= {place for key in asked for place in _places(world, key)}
    return tuple(item.id for item in statements if any(_meets(written, touched) for written in item.writes))


def _meets(written: tuple[str, str | None], touched: set[tuple[str, str | None]]) -> bool:
    """Whether a write (None: a whole row) and what is touched (None: the whole entity) have a field in common."""
    entity, name = written
    if (entity, None) in touched or written in touched:
        return True
    return name is None and any(place[0] == entity for place in touched)


def _read(statements: Iterator[Statement]) -> Iterator[tuple[str, str | None]]:
    """Every entity that the statements read anything of."""
    parts = (part for statement in statements for expression in statement.reads for part in walk(expression))
    for part in parts:
        if isinstance(part, Access):
            yield part.entity, None
            row = part.type.item or part.type
            if row.entity is not None:
                yield row.entity, None


def _places(world: World, key: str) -> Iterator[tuple[str, str | None]]:
    """The field, or the entity, that the refusal of a completed operation is about."""
    kind, _, place = key.partition(":")
    if kind in ("null", "range"):
        entity, _, name = place.partition(".")
        yield entity, name
    validation = world.schema.application.validation
    named = {unique.id: unique.entity for unique in validation.uniques}
    named |= {rule.id: rule.entity for rule in validation.rules}
    if place in named:
        yield named[place], None
