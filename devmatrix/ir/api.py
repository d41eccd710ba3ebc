"""What travels: operations with their addresses, inputs, answers and refusals."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as PydanticField

from devmatrix.ir.base import Node, NodeId, Placed
from devmatrix.ir.expressions import Expression
from devmatrix.ir.types import Type
from devmatrix.ir.validation import Constraint
from devmatrix.ir.values import Constant

Verb = Literal["list", "create", "read", "update", "patch", "delete", "flow"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Cause(StrEnum):
    """Why a call is refused. The order of the members is the order in which a call is judged."""

    TOO_LARGE = "too large"
    NO_CREDENTIAL = "no credential"
    BAD_CREDENTIAL = "bad credential"
    ABSENT = "absent"
    FORBIDDEN = "forbidden"
    MEDIA_TYPE = "media type"
    UNREADABLE = "unreadable"
    INVALID = "invalid"
    BLANK = "blank"
    TAKEN = "taken"
    REFUSED = "refused"
    OUT_OF_RANGE = "out of range"
    STALE = "stale"
    TOO_MANY = "too many"


DEFAULT_STATUS: dict[Cause, int] = {
    Cause.TOO_LARGE: 413,
    Cause.NO_CREDENTIAL: 401,
    Cause.BAD_CREDENTIAL: 401,
    Cause.ABSENT: 404,
    Cause.FORBIDDEN: 403,
    Cause.MEDIA_TYPE: 415,
    Cause.UNREADABLE: 400,
    Cause.INVALID: 422,
    Cause.BLANK: 422,
    Cause.TAKEN: 409,
    Cause.REFUSED: 409,
    Cause.OUT_OF_RANGE: 409,
    Cause.STALE: 409,
    Cause.TOO_MANY: 429,
}
"""The one table of statuses and, by its order, of precedence."""


class Refusal(Placed):
    """One way in which an operation says no. ``key`` is unique in its operation; ``node`` is what is broken."""

    key: str
    cause: Cause
    status: int
    text: str
    node: NodeId


class Address(Placed):
    """How an operation reaches a row: by key fields from the path; ``owner`` names the address it must belong to."""

    variable: str
    entity: str
    key_fields: tuple[str, ...]
    parameter: str
    """Name of the path parameter on the wire."""
    owner: str | None = None
    source: Literal["path", "caller", "none"] = "path"


class Selection(Node):
    """What a query parameter of a list does: narrows by a field, searches, sorts or pages."""

    kind: Literal["equals", "at least", "at most", "search", "sort", "limit", "offset", "after"]
    field: str | None = None


class Input(Placed):
    """One thing that a caller sends. It is not a column: ``field`` says which field it is meant for, if any.

    ``required``: must be there. ``nullable``: may be null. ``default`` stands in when it is left out. ``pointer`` is
    the key path of a body's member.
    """

    id: NodeId
    name: str
    wire: str
    type: Type
    source: Literal["path", "query", "header", "cookie", "form", "body", "server"] = "body"
    pointer: tuple[str, ...] = ()
    required: bool = False
    nullable: bool = True
    default: Constant = None
    has_default: bool = False
    constraints: tuple[Constraint, ...] = ()
    entity: str | None = None
    field: str | None = None
    selects: Selection | None = None
    repeated: bool = False
    """A query parameter that may be given several times (any of)."""
    documentation: str = ""


class LeafShape(Node):
    """One value: a field of the view's row, a count, or an expression."""

    kind: Literal["leaf"] = "leaf"
    type: Type
    nullable: bool = False
    field: str | None = None
    expression: Expression | None = None


class ObjectShape(Node):
    """Named members, in the order in which they travel."""

    kind: Literal["object"] = "object"
    members: tuple["ShapeMember", ...]


class ListShape(Node):
    """Any number of the same shape."""

    kind: Literal["list"] = "list"
    item: "Shape"


class NamedShape(Node):
    """A view by name."""

    kind: Literal["named"] = "named"
    view: str


Shape = Annotated[LeafShape | ObjectShape | ListShape | NamedShape, PydanticField(discriminator="kind")]


class ShapeMember(Node):
    """A member of an object."""

    wire: str
    shape: Shape


class View(Placed):
    """A named shape over an entity's row. ``generated`` ones show all that the entity shows."""

    name: str
    entity: str
    shape: ObjectShape
    generated: bool = True


class Header(Node):
    """A header of an answer; ``Location`` is the path of the answered row."""

    name: str
    meaning: Literal["location"]


class Answer(Placed):
    """One way in which an operation says yes.

    ``value`` is what the shape shows; None: nothing, or the operation's own row or rows.
    """

    condition: Expression | None = None
    status: int
    media_type: str = "application/json"
    headers: tuple[Header, ...] = ()
    value: Expression | None = None
    shape: Shape | None = None


class Operation(Placed):
    """One endpoint. ``verb`` tells what it does, ``method`` and ``path`` how it is reached; the two are independent.

    ``path`` is the whole template with base path, ``/carts/{id}/items/{item_id}``; ``entity`` is what it lists, makes,
    reads, changes or removes; ``row`` the variable of that row in the flow. ``where`` narrows a list: over ``row`` and
    the addresses.
    """

    id: NodeId
    name: str
    wire: str
    """The ``operationId``."""
    verb: Verb
    entity: str | None
    row: str | None = None
    method: Method
    path: str
    addresses: tuple[Address, ...] = ()
    inputs: tuple[Input, ...] = ()
    where: Expression | None = None
    nested_under: str | None = None
    """Variable of the address whose child list a nested list or creation works on."""
    answers: tuple[Answer, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    title: str = ""
    documentation: str = ""
    promises: tuple[str, ...] = ()

    @property
    def body(self) -> tuple[Input, ...]:
        """The members of the request body."""
        return tuple(item for item in self.inputs if item.source == "body")

    @property
    def query(self) -> tuple[Input, ...]:
        """The query parameters."""
        return tuple(item for item in self.inputs if item.source == "query")

    def refusal(self, key: str) -> Refusal:
        """The refusal of this key; KeyError when there is none."""
        for refusal in self.refusals:
            if refusal.key == key:
                return refusal
        raise KeyError(key)


class Api(Node):
    """All operations, in the order of the spec, and all views."""

    operations: tuple[Operation, ...] = ()
    views: tuple[View, ...] = ()


for _node in (ObjectShape, ListShape, ShapeMember, View, Answer):
    _node.model_rebuild()
