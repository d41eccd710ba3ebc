"""Types, bodies and views as JSON schemas."""

from decimal import Decimal
from typing import Any

from devmatrix.ir.api import Input, LeafShape, ListShape, NamedShape, ObjectShape, Operation, Shape, View
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.ir.validation import Constraint, Length, Pattern, Range
from devmatrix.ir.values import Constant

Schema = dict[str, Any]
NO_NUL = r"^[^\x00]*$"
_FORMATS = {"email": "email", "url": "uri", "uuid": "uuid", "date": "date", "datetime": "date-time"}


def shown_schema(application: ApplicationIR, kind: Type) -> Schema:
    """A value as it is answered."""
    match kind:
        case Scalar(name="decimal", scale=None) | Scalar(name="decimal", precision=None):
            return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
        case Scalar(name="decimal"):
            digits = max((kind.precision or 0) - (kind.scale or 0), 1)
            places = rf"\.[0-9]{{{kind.scale}}}" if kind.scale else ""
            return {"type": "string", "pattern": f"^-?[0-9]{{1,{digits}}}{places}$"}
        case Scalar(name="json"):
            return {}
        case Scalar(name="integer" | "boolean"):
            return {"type": kind.name}
        case Scalar():
            found = _FORMATS.get(kind.name) if kind.name in ("uuid", "date", "datetime") else None
            return {"type": "string", "format": found} if found else {"type": "string"}
        case Choice():
            return _choice(kind)
        case Reference():
            return shown_schema(application, application.entity(kind.entity).key_field.type)
        case Many():
            key = application.entity(kind.entity).key_field.type
            return {"type": "array", "items": shown_schema(application, key)}
        case ListOf():
            return {"type": "array", "items": shown_schema(application, kind.item)}


def _choice(kind: Choice) -> Schema:
    members = [member.wire for member in kind.members]
    return {"type": "string", "const": members[0]} if len(members) == 1 else {"type": "string", "enum": members}


def given_schema(application: ApplicationIR, kind: Type, constraints: tuple[Constraint, ...] = ()) -> Schema:
    """A value as a body takes it, with every bound."""
    match kind:
        case Scalar(name="text" | "password" | "email" | "url" | "slug"):
            return _text(kind, constraints)
        case Scalar(name="integer"):
            return {"type": "integer", **_bounds(kind, constraints)}
        case Scalar(name="decimal"):
            return _decimal(kind, constraints)
        case Scalar(name="json"):
            return {}
        case Scalar(name="boolean"):
            return {"type": "boolean"}
        case Scalar():
            return {"type": "string", "format": _FORMATS[kind.name]}
        case Choice():
            return _choice(kind)
        case Reference():
            return given_schema(application, application.entity(kind.entity).key_field.type)
        case Many():
            key = given_schema(application, application.entity(kind.entity).key_field.type)
            least, most = _lengths(constraints, 0, kind.max_items)
            many = {"type": "array", "items": key, "maxItems": most, "uniqueItems": True}
            return many | ({"minItems": least} if least else {})
        case ListOf():
            least, most = _lengths(constraints, 0, kind.max_items)
            schema = {"type": "array", "items": given_schema(application, kind.item), "maxItems": most}
            return schema | ({"minItems": least} if least else {})


def _text(kind: Scalar, constraints: tuple[Constraint, ...]) -> Schema:
    own = None if kind.name == "slug" else kind.min_length
    least, most = _lengths(constraints, own, kind.max_length)
    schema: Schema = {"type": "string", "maxLength": most}
    if least:
        schema["minLength"] = least
    patterns = [c.regex for c in constraints if isinstance(c, Pattern)]
    if kind.name in ("email", "url"):
        schema["format"] = _FORMATS[kind.name]
    elif kind.name == "slug":
        patterns = [r"^[a-z0-9]+(-[a-z0-9]+)*$", *patterns]
    elif not patterns:
        patterns = [NO_NUL]
    if patterns:
        schema["pattern"] = patterns[0]
    if patterns[1:]:
        schema["allOf"] = [{"pattern": pattern} for pattern in patterns[1:]]
    return schema


def _decimal(kind: Scalar, constraints: tuple[Constraint, ...]) -> Schema:
    precision, scale = kind.precision or 0, kind.scale or 0
    largest = Decimal(10) ** (precision - scale) - Decimal(1).scaleb(-scale)
    bounds: Schema = {"minimum": -largest, "maximum": largest}
    for name, value in _ranges(constraints).items():
        bounds.pop("minimum" if "inimum" in name else "maximum", None)
        bounds[name] = Decimal(value)
    digits = max(precision - scale, 1)
    places = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
    number = {"type": "number", "multipleOf": float(Decimal(1).scaleb(-scale))}
    number |= {name: float(value) for name, value in bounds.items()}
    return {"anyOf": [number, {"type": "string", "pattern": f"^[+-]?[0-9]{{1,{digits}}}{places}$"}]}


def _lengths(constraints: tuple[Constraint, ...], least: int | None, most: int | None) -> tuple[int, int | None]:
    lengths = [c for c in constraints if isinstance(c, Length)]
    highs = [value for value in (most, *(c.maximum for c in lengths)) if value is not None]
    return max([least or 0, *(c.minimum for c in lengths)]), min(highs, default=None)


def _ranges(constraints: tuple[Constraint, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for constraint in constraints:
        if isinstance(constraint, Range):
            if constraint.minimum is not None:
                found["exclusiveMinimum" if constraint.minimum_open else "minimum"] = constraint.minimum
            if constraint.maximum is not None:
                found["exclusiveMaximum" if constraint.maximum_open else "maximum"] = constraint.maximum
    return found


def _bounds(kind: Scalar, constraints: tuple[Constraint, ...]) -> Schema:
    found: Schema = {name: int(value) for name, value in _ranges(constraints).items()}
    if kind.minimum is not None and not {"minimum", "exclusiveMinimum"} & set(found):
        found["minimum"] = kind.minimum
    if kind.maximum is not None and not {"maximum", "exclusiveMaximum"} & set(found):
        found["maximum"] = kind.maximum
    return found


def nullable_schema(schema: Schema, *, nullable: bool) -> Schema:
    """The schema, with null beside it where it may be null."""
    if not nullable or not schema:
        return schema
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    return {"anyOf": [schema, {"type": "null"}]}


def body_schema(application: ApplicationIR, operation: Operation) -> Schema:
    """The object that an operation takes."""
    members = {item.wire: _member(application, item, patch=operation.verb == "patch") for item in operation.body}
    schema: Schema = {"type": "object", "properties": members, "additionalProperties": False}
    required = [item.wire for item in operation.body if item.required]
    return schema | ({"required": required} if required else {})


def _member(application: ApplicationIR, item: Input, *, patch: bool) -> Schema:
    schema = nullable_schema(given_schema(application, item.type, item.constraints), nullable=item.nullable)
    if item.has_default and not patch and not isinstance(item.type, ListOf | Many):
        schema = {**schema, "default": default_of(item.type, item.default)}
    return schema


def default_of(kind: Type, value: Constant) -> Any:
    """A default as it travels."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(kind, Choice) and value is not None:
        return next(member.wire for member in kind.members if member.name == value)
    if isinstance(kind, Scalar) and kind.name == "decimal" and value is not None:
        return f"{Decimal(str(value)):.{kind.scale}f}"
    return value


def view_schema(application: ApplicationIR, view: View) -> Schema:
    """A view as it is answered; every member is always there."""
    return _object(application, view.shape)


def shape_schema(application: ApplicationIR, shape: Shape) -> Schema:
    """The shape of an answer; named views are referred to."""
    match shape:
        case NamedShape():
            return {"$ref": f"#/components/schemas/{application.view(shape.view).name}"}
        case ListShape():
            return {"type": "array", "items": shape_schema(application, shape.item)}
        case ObjectShape():
            return _object(application, shape)
        case LeafShape():
            return nullable_schema(shown_schema(application, shape.type), nullable=shape.nullable)


def _object(application: ApplicationIR, shape: ObjectShape) -> Schema:
    members = {member.wire: shape_schema(application, member.shape) for member in shape.members}
    return {"type": "object", "properties": members, "required": list(members)}
