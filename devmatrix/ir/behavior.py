"""What operations do: statements with one face, and the state machines that guard a field."""

from typing import Annotated, Literal

from pydantic import Field as PydanticField

from devmatrix.ir.base import Node, NodeId, Placed
from devmatrix.ir.expressions import Access, Expression


class StatementFace(Placed):
    """The face that locks, frame checks, seeds and scenarios use, whatever the statement."""

    id: NodeId

    @property
    def binds(self) -> tuple[tuple[str, str | None], ...]:
        """Names it brings into scope for what follows, each with its entity (None: a plain value)."""
        return ()

    @property
    def reads(self) -> tuple[Expression, ...]:
        """Expressions it evaluates."""
        return ()

    @property
    def writes(self) -> tuple[tuple[str, str | None], ...]:
        """(entity, field) that it may change; (entity, None) for rows made or removed."""
        return ()

    @property
    def refuses(self) -> tuple[str, ...]:
        """Keys of the refusals it can end in."""
        return ()

    @property
    def emits(self) -> tuple[str, ...]:
        """Names of events it sends (none yet)."""
        return ()

    @property
    def children(self) -> tuple["Statement", ...]:
        """The statements inside it."""
        return ()


class Assignment(Placed):
    """``field = value`` of a creation. ``origin`` tells who said so: the author, the field's default, and so on.

    After lowering a creation assigns every stored field but the key that the server makes and the timestamps.
    """

    field: str
    value: Expression
    origin: Literal["given", "default", "copied", "null"] = "given"


class Bind(StatementFace):
    """``with x: Entity by input``: the row whose key the body carries; absent refuses."""

    kind: Literal["bind"] = "bind"
    variable: str
    entity: str
    by: Expression
    optional: bool = False
    """A null key binds null instead of refusing (an optional reference in a body)."""
    refusal: str

    @property
    def binds(self) -> tuple[tuple[str, str | None], ...]:
        return ((self.variable, self.entity),)

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.by,)

    @property
    def refuses(self) -> tuple[str, ...]:
        return (self.refusal,)


class BindMany(StatementFace):
    """The rows whose keys a body's list carries (``tags_ids``); any absent one refuses."""

    kind: Literal["bind many"] = "bind many"
    variable: str
    entity: str
    by: Expression
    refusal: str

    @property
    def binds(self) -> tuple[tuple[str, str | None], ...]:
        return ((self.variable, self.entity),)

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.by,)

    @property
    def refuses(self) -> tuple[str, ...]:
        return (self.refusal,)


class Require(StatementFace):
    """A precondition, asked where it stands."""

    kind: Literal["require"] = "require"
    condition: Expression
    refusal: str

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.condition,)

    @property
    def refuses(self) -> tuple[str, ...]:
        return (self.refusal,)


class Let(StatementFace):
    """A name for a value."""

    kind: Literal["let"] = "let"
    variable: str
    value: Expression

    @property
    def binds(self) -> tuple[tuple[str, str | None], ...]:
        return ((self.variable, self.value.type.entity if self.value.type.kind == "entity" else None),)

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.value,)


class ForEach(StatementFace):
    """The statements once for each row or value of the list as it was at the start, in its default order."""

    kind: Literal["for each"] = "for each"
    variable: str
    range: Expression
    body: tuple["Statement", ...]

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.range,)

    @property
    def children(self) -> tuple["Statement", ...]:
        return self.body


class When(StatementFace):
    """The statements only where the condition holds, else the others."""

    kind: Literal["when"] = "when"
    condition: Expression
    body: tuple["Statement", ...]
    otherwise: tuple["Statement", ...] = ()

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.condition,)

    @property
    def children(self) -> tuple["Statement", ...]:
        return self.body + self.otherwise


class Create(StatementFace):
    """A new row."""

    kind: Literal["create"] = "create"
    variable: str | None
    entity: str
    assignments: tuple[Assignment, ...]

    @property
    def binds(self) -> tuple[tuple[str, str | None], ...]:
        return () if self.variable is None else ((self.variable, self.entity),)

    @property
    def reads(self) -> tuple[Expression, ...]:
        return tuple(assignment.value for assignment in self.assignments)

    @property
    def writes(self) -> tuple[tuple[str, str | None], ...]:
        return ((self.entity, None),)


class Set(StatementFace):
    """Changes one field of one row; ``value`` already contains the ``+=``.

    ``when_given`` names the input without which the field stays as it is (PATCH, and a state left out of PUT).
    """

    kind: Literal["set"] = "set"
    target: Access
    value: Expression
    when_given: str | None = None

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.target.operand, self.value)

    @property
    def writes(self) -> tuple[tuple[str, str | None], ...]:
        return ((self.target.entity, self.target.name),)


class Delete(StatementFace):
    """Removes a row (``target`` is an entity) or each row of a list."""

    kind: Literal["delete"] = "delete"
    target: Expression

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.target,)

    @property
    def writes(self) -> tuple[tuple[str, str | None], ...]:
        row = self.target.type.item if self.target.type.item is not None else self.target.type
        return () if row.entity is None else ((row.entity, None),)


class Add(StatementFace):
    """Puts a row into a many list, or a value at the end of a list; a row that is there already stays once."""

    kind: Literal["add"] = "add"
    item: Expression
    target: Access

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.item, self.target.operand)

    @property
    def writes(self) -> tuple[tuple[str, str | None], ...]:
        return ((self.target.entity, self.target.name),)


class Remove(StatementFace):
    """Takes a row out of a many list, or a value out of a list; one that is not there changes nothing."""

    kind: Literal["remove"] = "remove"
    item: Expression
    target: Access

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.item, self.target.operand)

    @property
    def writes(self) -> tuple[tuple[str, str | None], ...]:
        return ((self.target.entity, self.target.name),)


class Ensure(StatementFace):
    """A postcondition; ``old(…)`` is the value before the operation."""

    kind: Literal["ensure"] = "ensure"
    condition: Expression
    refusal: str
    follows: bool = False
    """Proved to follow from the statements, so that it need not be asked at run time."""

    @property
    def reads(self) -> tuple[Expression, ...]:
        return (self.condition,)

    @property
    def refuses(self) -> tuple[str, ...]:
        return (self.refusal,)


Statement = Annotated[
    Bind | BindMany | Require | Let | ForEach | When | Create | Set | Delete | Add | Remove | Ensure,
    PydanticField(discriminator="kind"),
]

for _node in (ForEach, When):
    _node.model_rebuild()


class Edge(Placed):
    """An allowed change of state."""

    id: NodeId
    source: str
    target: str


class StateMachine(Placed):
    """The only changes that a field may make; setting a state to what it is is allowed and changes nothing."""

    id: NodeId
    entity: str
    field: str
    initial: str
    edges: tuple[Edge, ...]

    def allows(self, source: str, target: str) -> bool:
        """Whether the field may go from one member to another."""
        return source == target or any(edge.source == source and edge.target == target for edge in self.edges)


class Flow(Node):
    """The statements of one operation. CRUD operations that write have one too, made by a pass."""

    operation: NodeId
    statements: tuple[Statement, ...]


class Behavior(Node):
    """What happens inside the operations."""

    machines: tuple[StateMachine, ...] = ()
    flows: tuple[Flow, ...] = ()


def walk_statements(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """All statements, each before those inside it."""
    found: list[Statement] = []
    for statement in statements:
        found.append(statement)
        found.extend(walk_statements(statement.children))
    return tuple(found)
