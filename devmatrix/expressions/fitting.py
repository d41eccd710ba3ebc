"""Which types go together: in a comparison, in a list, and in an assignment; and how a type is named to people."""

from devmatrix.ir.values import ValueType

BOOLEAN = ValueType(kind="boolean")
INTEGER = ValueType(kind="integer")
DECIMAL = ValueType(kind="decimal")
TEXT = ValueType(kind="text")
DURATION = ValueType(kind="duration")
NULL = ValueType(kind="null", nullable=True)

NUMBERS = frozenset({"integer", "decimal"})
ORDERED = frozenset({"integer", "decimal", "date", "datetime", "duration", "text"})


def describe(type_: ValueType) -> str:
    """A type in the words of the spec."""
    match type_.kind:
        case "entity":
            return f"a row of {type_.entity}"
        case "list":
            return "an empty list" if type_.item is None else f"a list of {_item(type_.item)}"
        case "choice":
            return "one of " + ", ".join(type_.members)
        case "null":
            return "null"
        case kind:
            return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _item(type_: ValueType) -> str:
    return str(type_.entity) if type_.kind == "entity" else describe(type_)


def unify(left: ValueType, right: ValueType) -> ValueType | None:
    """The type that holds the values of both; None when they have nothing in common."""
    nullable = left.nullable or right.nullable
    if left.kind == "null":
        return right.as_nullable()
    if right.kind == "null":
        return left.as_nullable()
    if left.kind in NUMBERS and right.kind in NUMBERS:
        return _unify_numbers(left, right).as_nullable(nullable=nullable)
    if left.kind != right.kind:
        return None
    if left.kind == "list":
        return _unify_lists(left, right, nullable=nullable)
    if left.entity != right.entity or left.members != right.members:
        return None
    return left.as_nullable(nullable=nullable)


def _unify_numbers(left: ValueType, right: ValueType) -> ValueType:
    if left.kind == right.kind == "integer":
        return INTEGER
    if left.kind == "integer":
        return DECIMAL.model_copy(update={"scale": right.scale})
    if right.kind == "integer":
        return DECIMAL.model_copy(update={"scale": left.scale})
    scale = None if left.scale is None or right.scale is None else max(left.scale, right.scale)
    return DECIMAL.model_copy(update={"scale": scale})


def _unify_lists(left: ValueType, right: ValueType, *, nullable: bool) -> ValueType | None:
    if left.item is None or right.item is None:
        return (left if right.item is None else right).as_nullable(nullable=nullable)
    item = unify(left.item, right.item)
    return None if item is None else ValueType(kind="list", nullable=nullable, item=item)


def fits(value: ValueType, target: ValueType) -> bool:
    """Whether a value may be stored where the target type is declared; null is judged elsewhere."""
    if value.kind == "null":
        return True
    if target.kind == "decimal" and value.kind == "integer":
        return True
    if value.kind == target.kind == "list":
        return value.item is None or (target.item is not None and fits(value.item, target.item))
    return value.kind == target.kind and value.entity == target.entity and value.members == target.members
