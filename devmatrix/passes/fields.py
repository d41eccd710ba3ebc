"""What the passes ask of a field: who gives it, how it is read, and what its values look like."""

from typing import Literal

from devmatrix.expressions.schema import value_type
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import Access, Expression, LiteralValue, Variable
from devmatrix.ir.types import Many, Reference, Type
from devmatrix.ir.validation import Length
from devmatrix.ir.values import ValueType

NULL = LiteralValue(value=None, type=ValueType(kind="null", nullable=True))


def is_given(entity: Entity, field: Field, at: Literal["creation", "change"]) -> bool:
    """Whether a client sends the field at that moment; a key that the server does not make is given at creation."""
    if field.name == entity.key.field:
        return at == "creation" and entity.key.generated is None
    if field.role != "plain":
        return False
    return field.given_at_creation if at == "creation" else field.given_at_change


def is_stored(entity: Entity, field: Field) -> bool:
    """Whether a creation assigns the field: not the key that the server makes, the timestamps or computed ones."""
    if field.role in ("created", "updated") or field.computed is not None:
        return False
    return field.name != entity.key.field or entity.key.generated is None


def row_of(entity: str, variable: str, *, nullable: bool = False) -> Variable:
    """A variable that holds a row."""
    return Variable(name=variable, type=ValueType(kind="entity", entity=entity, nullable=nullable))


def read_field(operand: Expression, entity: str, field: Field) -> Access:
    """``operand.field``, typed; of a null operand it is null."""
    how: Literal["value", "row", "members"] = "value"
    if isinstance(field.type, Reference):
        how = "row"
    elif isinstance(field.type, Many):
        how = "members"
    nullable = field.nullable or operand.type.nullable
    kind = value_type(field.type, nullable=nullable).as_nullable(nullable=nullable and how != "members")
    return Access(operand=operand, entity=entity, name=field.name, how=how, type=kind)


def sent_type(application: ApplicationIR, declared: Type, *, nullable: bool) -> ValueType:
    """What an input's variable holds: the key where a reference is sent, a list of keys where a many is."""
    match declared:
        case Reference(entity=target):
            return value_type(application.entity(target).key_field.type, nullable=nullable)
        case Many(entity=target):
            item = value_type(application.entity(target).key_field.type, nullable=False)
            return ValueType(kind="list", nullable=nullable, item=item)
        case _:
            return value_type(declared, nullable=nullable)


def least_items(field: Field) -> int:
    """How many items a list must have."""
    return max((item.minimum for item in field.constraints if isinstance(item, Length)), default=0)
