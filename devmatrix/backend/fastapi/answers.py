"""What an operation answers with: a row, rows, a page, a value or nothing."""

from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.flows import FlowLowering
from devmatrix.backend.fastapi.target import Target, kind_of
from devmatrix.backend.fastapi.wording import parameter
from devmatrix.ir.api import Answer, LeafShape, ListShape, NamedShape, Operation
from devmatrix.ir.expressions import Expression
from devmatrix.ir.types import Scalar

View = dict[str, Any]


def answer_view(target: Target, operation: Operation) -> View:
    """The answer's kind, status, annotation and value, and where its row is found."""
    answer = _shape(target, operation)
    return answer | {"description": _description(operation, answer)}


def _description(operation: Operation, answer: View) -> str:
    label = names.label(answer.get("entity") or operation.entity or "")
    match answer["kind"]:
        case "nothing" if operation.verb == "delete":
            return f"The {label} is deleted"
        case "nothing":
            return "It is done"
        case "row":
            return f"The new {label}" if answer["status"] == 201 else f"The {label}"
        case _:
            return "The answer"


def _shape(target: Target, operation: Operation) -> View:
    if not operation.answers or operation.answers[0].shape is None:
        status = operation.answers[0].status if operation.answers else 204
        return {"kind": "nothing", "status": status, "annotation": "None", "schema": None, "location": None}
    answer = operation.answers[0]
    if operation.verb == "list":
        page = f"{target.class_of(operation.entity or '')}List"
        return {"kind": "page", "status": answer.status, "annotation": page, "schema": page, "location": None}
    match answer.shape:
        case NamedShape():
            return _row_answer(target, operation, answer, answer.shape.view)
        case ListShape(item=NamedShape() as item):
            schema = f"{target.class_of(item.view)}Read"
            return _value(target, operation, answer, "rows", f"list[{schema}]", schema) | {
                "again": target.needs_reading(item.view),
                "key": names.attribute(target.application.entity(item.view).key.field),
                **_home_of(target, item.view),
            }
        case _:
            annotation = _annotation(target, answer)
            return _value(target, operation, answer, "value", annotation, None)


def _annotation(target: Target, answer: Answer) -> str:
    if isinstance(answer.shape, LeafShape):
        return target.typing.shown(answer.shape.type, nullable=answer.shape.nullable)
    if isinstance(answer.shape, ListShape) and isinstance(answer.shape.item, LeafShape):
        item = answer.shape.item
        return f"list[{target.typing.shown(item.type, nullable=item.nullable)}]"
    raise TypeError("this shape is not answered by an operation")


def _value(
    target: Target, operation: Operation, answer: Answer, kind: str, annotation: str, schema: str | None
) -> View:
    lowering = FlowLowering(target.application, operation, target.choices, target.classes)
    value = lowering.expressions.text(answer.value) if answer.value is not None else "None"
    if isinstance(answer.shape, LeafShape) and isinstance(answer.shape.type, Scalar):
        value = _exact(answer.shape.type, answer.value, value)
    return {
        "kind": kind,
        "status": answer.status,
        "annotation": annotation,
        "schema": schema,
        "value": value,
        "helpers": sorted(lowering.expressions.calls),
        "location": None,
    }


def _exact(kind: Scalar, value: Expression | None, text: str) -> str:
    if kind.name != "decimal" or kind.scale is None or value is None:
        return text
    if value.type.kind == "decimal" and value.type.scale is not None:
        return text
    function = "rounded_or_none" if value.type.nullable else "rounded"
    return f"{function}({text}, {kind.scale})"


def _row_answer(target: Target, operation: Operation, answer: Answer, entity: str) -> View:
    row = operation.row or target.application.entity(entity).variable
    lowering = FlowLowering(target.application, operation, target.choices, target.classes)
    value = names.variable(row) if answer.value is None else lowering.expressions.text(answer.value)
    key = names.attribute(target.application.entity(entity).key.field)
    return {
        "kind": "row",
        "status": answer.status,
        "annotation": f"{target.class_of(entity)}Read",
        "schema": f"{target.class_of(entity)}Read",
        "value": value,
        "again": target.needs_reading(entity),
        "location": _location(target, operation, entity) if answer.headers else None,
        "key": key,
        **_home_of(target, entity),
    }


def _home_of(target: Target, entity: str) -> View:
    return {
        "entity": entity,
        "module": target.module(entity),
        "repository": target.collection(entity),
        "label": names.label(entity),
        "nullable": False,
    }


def _location(target: Target, operation: Operation, entity: str) -> list[View] | None:
    """The parts of the answered row's path: texts, and values of the answer or of this call's path."""
    reads = [o for o in target.application.api.operations if o.verb == "read" and o.entity == entity]
    if not reads:
        return None
    read = reads[0]
    owner = target.application.entity(entity).owner_field
    parts: list[View] = []
    rest = read.path
    for address in read.addresses:
        before, rest = rest.split("{" + address.parameter + "}", 1)
        parts.append({"text": before, "value": None})
        if address.entity == entity:
            value = f"answer.{names.attribute(target.application.entity(entity).key_field.wire)}"
        elif owner is not None and address.entity == owner.target:
            value = f"answer.{names.attribute(owner.wire)}"
        else:
            same = next((a for a in operation.addresses if a.variable == address.variable), None)
            if same is None:
                return None
            value = parameter(target.application, operation, same.parameter)
        key = target.application.entity(address.entity).key_field.type
        escaped = kind_of(key) not in ("uuid", "integer")
        parts.append({"text": None, "value": f"quote({value}, safe='')" if escaped else value})
    return parts if not rest else [*parts, {"text": rest, "value": None}]
