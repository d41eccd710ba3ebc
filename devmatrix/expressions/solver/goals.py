"""What may be asked of the solver, and how it says that there is no such situation."""

from typing import Annotated, Literal

from pydantic import Field

from devmatrix.ir.base import Node, NodeId
from devmatrix.ir.expressions import Expression


class Assumption(Node):
    """A condition that the situation must keep besides the goal.

    ``at`` None: over the rows as they are before the call; the addresses and the body inputs are in scope. Otherwise
    the id of a statement: asked at one run of that statement, with everything in scope there. ``holds`` False asks for
    the opposite.
    """

    condition: Expression
    holds: bool = True
    at: NodeId | None = None


class Taken(Node):
    """A branch of a ``when``: its body (``holds``) or its ``otherwise`` runs at least once."""

    statement: NodeId
    holds: bool = True


class Asked(Node):
    """What every goal may add.

    ``rows`` is the number of rows that lists may have at least (0: as few as possible). ``left_out`` and ``null`` name
    inputs that are not sent, or sent as null.
    """

    assume: tuple[Assumption, ...] = ()
    rows: int = 0
    left_out: tuple[str, ...] = ()
    null: tuple[str, ...] = ()


class Succeed(Asked):
    """The operation runs to its end. ``visible`` prefers that every effect changes something and every loop runs."""

    kind: Literal["succeed"] = "succeed"
    branches: tuple[Taken, ...] = ()
    visible: bool = True


class Break(Asked):
    """The operation ends in the refusal of this key: nothing before it refuses and, where possible, nothing else would.

    ``statement`` narrows to what this statement raises (two statements may set the same state), ``iteration`` to the
    n-th run of its loop (from 0; None: any).
    """

    kind: Literal["break"] = "break"
    key: str
    statement: NodeId | None = None
    iteration: int | None = None


class FromState(Asked):
    """A row that the operation would move starts in ``state`` (and is to go to ``target``, if that is given).

    ``outcome``: the call succeeds, is refused (wherever), or, with ``any``, succeeds if it can, else is refused.
    """

    kind: Literal["from state"] = "from state"
    entity: str
    field: str
    state: str
    target: str | None = None
    outcome: Literal["succeeds", "refused", "any"] = "any"


Relation = Literal["equal", "below", "above", "true", "false"]


class Probe(Asked):
    """A part of a statement's condition decides the condition, at its limit.

    ``path`` leads from the condition to the part by positions in ``operands``. ``equal``, ``below``, ``above``: the
    part is a comparison whose left side equals the right one or differs by one unit; ``true``, ``false``: what the part
    evaluates to. ``deciding``: were the part the other way, the whole condition would be. All that stands before the
    statement passes; what comes after it passes where possible. ``within`` is how far from the limit is near enough, in
    units (None: any distance); where the values come no nearer, the solver widens it by itself.
    """

    kind: Literal["probe"] = "probe"
    statement: NodeId
    path: tuple[int, ...]
    relation: Relation
    deciding: bool = True
    within: int | None = 1


Goal = Annotated[Succeed | Break | FromState | Probe, Field(discriminator="kind")]


class Unreachable(Node):
    """There is no such situation, proved for lists of up to ``rows`` rows; the nodes of ``implied_by`` exclude it."""

    implied_by: tuple[NodeId, ...] = ()
    rows: int = 0


class Unsolved(Node):
    """The solver came to no end within its limit, or the goal uses something that it cannot express."""

    reason: str
