"""What the patterns of schemas see: the members that a client is shown, sends and asks with."""

import ast
from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.target import Target
from devmatrix.ir.api import Input, LeafShape, Operation
from devmatrix.ir.domain import Entity
from devmatrix.ir.types import Choice, ListOf, Many, Scalar, Type
from devmatrix.ir.values import Constant

View = dict[str, Any]
_COUNTS = [{"attribute": "total", "annotation": "int"}, {"attribute": "limit", "annotation": "int"}]
_PAGES: dict[str, list[View]] = {
    "offset": [*_COUNTS, {"attribute": "offset", "annotation": "int"}],
    "keyset": [*_COUNTS, {"attribute": "next", "annotation": "str | None"}],
}
"""What a page of a list says beside its rows."""


def entity_schemas_view(target: Target, entity: Entity) -> View:
    """What a client is shown of an entity, and a page of it."""
    shape = target.application.view(entity.name).shape
    return {
        "path": {"entity": target.module(entity.name)},
        "name": target.class_of(entity.name),
        "shown": f"One {names.label(entity.name)} as it is shown",
        "plural": names.label(target.collection(entity.name)),
        "module": target.module(entity.name),
        "choices": target.enums_of(*(field.type for field in entity.fields)),
        "page": _PAGES[target.application.infrastructure.wire.paging],
        "members": [
            _shown(target, entity, member.wire, member.shape)
            for member in shape.members
            if isinstance(member.shape, LeafShape)
        ],
    }


def _shown(target: Target, entity: Entity, wire: str, leaf: LeafShape) -> View:
    attribute = names.attribute(wire)
    computed = leaf.field is not None and entity.field(leaf.field).computed is not None
    annotation = target.typing.computed if computed else target.typing.shown
    return {
        "attribute": attribute,
        "annotation": annotation(leaf.type, nullable=leaf.nullable),
        "alias": wire if attribute != wire else None,
    }


def body_view(target: Target, operation: Operation) -> View | None:
    """The class of a body; None where the operation takes none."""
    if not operation.body:
        return None
    patch = operation.verb == "patch"
    return {
        "name": body_name(target, operation),
        "optional": not any(item.required for item in operation.body),
        "members": [_given(target, item, patch=patch) for item in operation.body],
    }


def body_name(target: Target, operation: Operation) -> str:
    """``CartCreate`` for the plain verbs, ``AddItemToCartInput`` for a flow."""
    suffix = {"create": "Create", "update": "Update", "patch": "Patch"}.get(operation.verb)
    if suffix is None or operation.entity is None:
        return target.class_for(operation, "Input")
    stem = target.class_of(operation.entity)
    first = target.firsts[operation.verb, operation.entity]
    return f"{stem}{suffix}" if first == operation.id else target.class_for(operation, "Input")


def _given(target: Target, item: Input, *, patch: bool) -> View:
    attribute = names.attribute(item.wire)
    default: str | None = None
    left_out = False
    factory = None
    if patch or (not item.required and not item.has_default and not item.nullable):
        left_out = True
    elif item.has_default:
        default = constant_of(target, item.type, item.default)
        if default.startswith("["):
            default, factory = None, "list" if default == "[]" else f"lambda: {default}"
    elif not item.required:
        default = "None"
    return {
        "attribute": attribute,
        "annotation": target.typing.given(item),
        "alias": item.wire if attribute != item.wire else None,
        "default": default,
        "factory": "left_out" if left_out else factory,
        "documentation": item.documentation,
    }


def query_view(target: Target, operation: Operation) -> View:
    """The class of a list's query parameters beyond those that choose the page."""
    members = []
    for item in operation.query:
        if item.selects is None or item.selects.kind in ("limit", "offset", "after"):
            continue
        attribute = names.attribute(item.wire)
        annotation, default = _asked(target, item)
        members.append(
            {
                "attribute": attribute,
                "alias": item.wire if attribute != item.wire else None,
                "annotation": annotation,
                "default": default,
            }
        )
    return {"name": query_name(target, operation), "members": members}


def query_name(target: Target, operation: Operation) -> str:
    """``CartQuery``; another list of the same entity gets a name of its own."""
    stem = target.class_of(operation.entity or "")
    first = target.firsts["list", operation.entity]
    return f"{stem}Query" if first == operation.id else target.class_for(operation, "Query")


def _asked(target: Target, item: Input) -> tuple[str, str]:
    if item.selects is not None and item.selects.kind == "sort":
        pattern = next(c.regex for c in item.constraints if c.kind == "pattern")
        field = ast.Call(ast.Name("Field"), [], [ast.keyword("pattern", ast.Constant(pattern))])
        return f"Annotated[str, {ast.unparse(field)}] | SkipJsonSchema[None]", "None"
    if item.selects is not None and item.selects.kind == "search":
        annotation = target.typing.given(item.model_copy(update={"nullable": False}))
        return f"{annotation.replace('strict=True, ', '')} | SkipJsonSchema[None]", "None"
    return target.typing.asked(item)


def constant_of(target: Target, kind: Type, value: Constant) -> str:
    """A literal of the spec as Python source."""
    if isinstance(value, tuple):
        return "[]" if not value else repr([*value])
    if value is None or isinstance(kind, ListOf | Many):
        return "None" if value is None else "[]"
    if isinstance(kind, Choice):
        return f"{target.typing.plain(kind)}.{names.member(str(value))}"
    if isinstance(kind, Scalar):
        return _scalar(kind, value)
    return repr(value)


def _scalar(kind: Scalar, value: Constant) -> str:
    readers = {"decimal": "Decimal", "uuid": "UUID", "date": "dt.date.fromisoformat"}
    readers["datetime"] = "dt.datetime.fromisoformat"
    if kind.name not in readers:
        return repr(value)
    call = ast.Call(ast.parse(readers[kind.name], mode="eval").body, [ast.Constant(str(value))], [])
    return ast.unparse(call)
