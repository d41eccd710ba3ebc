"""Entities, their fields and how they hang together."""

from typing import Literal

from devmatrix.ir.base import Node, NodeId, Placed
from devmatrix.ir.expressions import Expression
from devmatrix.ir.types import Many, Reference, Type
from devmatrix.ir.validation import Constraint
from devmatrix.ir.values import Constant

DeleteRule = Literal["restricts", "clears", "deletes with it"]
FieldRole = Literal["plain", "key", "owner", "created", "updated"]


class Source(Placed):
    """One writer of a field: who, when and, for copied, derived and computed ones, from what.

    ``given`` comes from a client's body, ``default`` from the field's default, ``copied`` from an expression over
    ``self`` at creation, ``set`` from the server (a flow, the key's generator, the clock), ``computed`` at reading.
    """

    by: Literal["given", "default", "copied", "set", "derived", "computed"]
    at: Literal["creation", "change", "reading"]
    expression: Expression | None = None


class Association(Node):
    """The table behind a many-to-many field."""

    table: str
    source_column: str
    target_column: str


class Field(Placed):
    """One attribute of an entity, in the order in which answers show it (key first, timestamps last).

    ``required``, ``nullable`` and ``default`` are three facts: a body must carry it; null may be stored; what stands in
    when it is left out. ``name`` is the name in expressions, ``wire`` the name that travels, ``column`` where it is
    stored (None: computed or many).
    """

    id: NodeId
    name: str
    wire: str
    column: str | None
    type: Type
    role: FieldRole = "plain"
    required: bool = False
    nullable: bool = True
    default: Constant = None
    has_default: bool = False
    constraints: tuple[Constraint, ...] = ()
    sources: tuple[Source, ...] = ()
    keeping: Literal["plain", "slow hash", "keyed hash", "encrypted"] = "plain"
    shown: Literal["always", "once", "on a condition", "never"] = "always"
    searchable: bool = False
    filterable: bool = False
    sortable: bool = False
    indexed: bool = False
    on_delete: DeleteRule = "restricts"
    association: Association | None = None
    documentation: str = ""
    promises: tuple[str, ...] = ()

    @property
    def given_at_creation(self) -> bool:
        """Whether a client may send it when the row is made."""
        return any(source.by == "given" and source.at == "creation" for source in self.sources)

    @property
    def given_at_change(self) -> bool:
        """Whether a client may send it when the row is changed (not so for immutable and read-only fields)."""
        return any(source.by == "given" and source.at == "change" for source in self.sources)

    @property
    def immutable(self) -> bool:
        """Given when the row is made and never by a client after that."""
        return self.given_at_creation and not self.given_at_change

    @property
    def read_only(self) -> bool:
        """Never given by a client."""
        return not self.given_at_creation and not self.given_at_change

    @property
    def computed(self) -> Expression | None:
        """The expression over ``self`` that gives the value at reading."""
        return next((source.expression for source in self.sources if source.by == "computed"), None)

    @property
    def copied_from(self) -> Expression | None:
        """The expression over ``self`` that gives the value at creation."""
        return next((source.expression for source in self.sources if source.by == "copied"), None)

    @property
    def target(self) -> str | None:
        """The entity that a reference or a many points at."""
        return self.type.entity if isinstance(self.type, Reference | Many) else None


class FieldMapping(Node):
    """A field of a child that is filled from a path at creation (``copied from``)."""

    field: str
    path: tuple[str, ...]


class Relationship(Node):
    """How one entity refers to another, with everything that routes and keys need spelled out."""

    id: NodeId
    name: str
    kind: Literal["reference", "owner", "many"]
    source: str
    """The entity that holds the foreign key (for ``owner``: the child)."""
    target: str
    fk_field: str | None
    on_delete: DeleteRule
    is_nested_resource: bool = False
    collection: str | None = None
    """Name of the owner's list of children (``items``)."""
    path_segment: str | None = None
    child_id_param: str | None = None
    field_mappings: tuple[FieldMapping, ...] = ()


class Key(Node):
    """How rows of an entity are told apart. ``generated`` keys come from the server, others from the client."""

    field: str
    generated: Literal["uuid", "integer"] | None


class Storage(Node):
    """Where the rows are kept; an external table is another service's."""

    schema_name: str
    table: str
    external: bool = False


class Sorting(Node):
    """One key of an order."""

    field: str
    descending: bool = False


class Entity(Placed):
    """A kind of row. ``name`` is the class name, ``variable`` the name in expressions, ``wire`` the schema's name."""

    id: NodeId
    name: str
    wire: str
    variable: str
    plural: str
    key: Key
    fields: tuple[Field, ...]
    owner: str | None = None
    collection: str | None = None
    path: str
    """Path segments of the collection from the owner's row or the root, e.g. ``/cart-items``."""
    storage: Storage
    timestamps: bool = True
    order: tuple[Sorting, ...] = ()
    """Default order: creation, then key (key alone without timestamps), unless ``sorted by`` says otherwise."""
    documentation: str = ""
    promises: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        """The field of this name; KeyError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def key_field(self) -> Field:
        """The field that holds the key."""
        return self.field(self.key.field)

    @property
    def owner_field(self) -> Field | None:
        """The reference to the owner, of a nested entity."""
        return next((field for field in self.fields if field.role == "owner"), None)

    @property
    def external(self) -> bool:
        """Whether another service owns the table."""
        return self.storage.external


class Domain(Node):
    """All entities, in the order of the spec, and all relationships."""

    entities: tuple[Entity, ...]
    relationships: tuple[Relationship, ...] = ()
