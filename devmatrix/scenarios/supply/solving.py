"""The one door to the solver: asked for flows and for what no default row shows."""

from functools import lru_cache
from typing import Any

from devmatrix.expressions.situations import Situation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import NodeId


def solve_goal(application: ApplicationIR, operation: NodeId, goal: Any) -> Situation | Any:
    """A situation that reaches the goal, else the solver's ``Unreachable`` or ``Unsolved``."""
    from devmatrix.expressions.solver import solve

    return solve(application, operation, goal)


def success_goal(left_out: tuple[str, ...] = (), null: tuple[str, ...] = ()) -> Any:
    """The operation runs to its end, and its effects show; these inputs are not sent, or sent as null."""
    from devmatrix.expressions.solver import Succeed

    return Succeed(visible=True, left_out=left_out, null=null)


def break_goal(key: str, statement: NodeId | None = None) -> Any:
    """The operation ends in this refusal and no other."""
    from devmatrix.expressions.solver import Break

    return Break(key=key, statement=statement)


def state_goal(entity: str, field: str, state: str) -> Any:
    """The row that the operation would move stands in a state."""
    from devmatrix.expressions.solver import FromState

    return FromState(entity=entity, field=field, state=state, outcome="any")


def branch_goals(application: ApplicationIR, operation: NodeId) -> tuple[Any, ...]:
    """A goal for each branch of the operation."""
    from devmatrix.expressions.solver import branches

    return tuple(branches(application, operation))


def limit_goals(application: ApplicationIR, operation: NodeId, statement: NodeId) -> tuple[Any, ...]:
    """A goal for each limit and part of a statement's condition."""
    from devmatrix.expressions.solver import boundaries

    return tuple(boundaries(application, operation, statement))


@lru_cache(maxsize=4096)
def text_matching(regex: str, minimum: int, maximum: int, variant: int) -> str | None:
    """A readable text that the pattern finds; None where none was found."""
    from devmatrix.expressions.solver import text_matching as matching

    found: str | None = matching(regex, minimum=minimum, maximum=maximum, variant=variant)
    return found
