"""Say what every operation answers.

Before: flows know the status and value that their author gave, the others nothing
After:  each operation has its answers with status, headers and shape
"""

from functools import partial
from typing import Literal

from devmatrix.ir.api import (
    Answer,
    Header,
    LeafShape,
    ListShape,
    NamedShape,
    ObjectShape,
    Operation,
    Shape,
    ShapeMember,
)
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.types import SAFE_INTEGER, Choice, Member, Reference, Scalar, ScalarName, Type
from devmatrix.ir.values import ValueType
from devmatrix.passes.rewrite import change_operations

_SCALARS: dict[str, ScalarName] = {
    "boolean": "boolean",
    "integer": "integer",
    "decimal": "decimal",
    "text": "text",
    "date": "date",
    "datetime": "datetime",
    "uuid": "uuid",
    "json": "json",
}
_LOCATION = Header(name="Location", meaning="location")


def give_answers(application: ApplicationIR) -> ApplicationIR:
    """A creation, and a flow that answers 201 with a row, tell where to read it."""
    return change_operations(application, partial(_answered, application))


def _answered(application: ApplicationIR, operation: Operation) -> Operation:
    return operation.model_copy(update={"answers": _answers(application, operation)})


def _answers(application: ApplicationIR, operation: Operation) -> tuple[Answer, ...]:
    if operation.verb == "flow":
        given = operation.answers or (Answer(status=204),)
        return tuple(_completed(application, answer) for answer in given)
    entity = operation.entity or ""
    match operation.verb:
        case "list":
            return (Answer(status=200, shape=page_of(entity, application.infrastructure.wire.paging)),)
        case "delete":
            return (Answer(status=204),)
        case "create":
            return (Answer(status=201, headers=_location(application, entity), shape=NamedShape(view=entity)),)
        case _:
            return (Answer(status=200, shape=NamedShape(view=entity)),)


def _completed(application: ApplicationIR, answer: Answer) -> Answer:
    if answer.value is None:
        return answer.model_copy(update={"headers": (), "shape": None})
    kind = answer.value.type
    created = answer.status == 201 and kind.kind == "entity"
    headers = _location(application, kind.entity or "") if created else ()
    return answer.model_copy(update={"headers": headers, "shape": _shape(kind)})


def _location(application: ApplicationIR, entity: str) -> tuple[Header, ...]:
    readable = any(item.verb == "read" and item.entity == entity for item in application.api.operations)
    return (_LOCATION,) if readable else ()


def page_of(entity: str, paging: Literal["offset", "keyset"] = "offset") -> ObjectShape:
    """``{items, total, limit, offset}``, or ``{items, total, limit, next}``."""
    count = LeafShape(type=Scalar(name="integer", minimum=0, maximum=SAFE_INTEGER))
    items = ShapeMember(wire="items", shape=ListShape(item=NamedShape(view=entity)))
    total, limit, offset = (ShapeMember(wire=name, shape=count) for name in ("total", "limit", "offset"))
    if paging == "offset":
        return ObjectShape(members=(items, total, limit, offset))
    place = ShapeMember(wire="next", shape=LeafShape(type=Scalar(name="text"), nullable=True))
    return ObjectShape(members=(items, total, limit, place))


def _shape(kind: ValueType) -> Shape | None:
    if kind.kind == "entity":
        return NamedShape(view=kind.entity or "")
    if kind.kind == "list" and kind.item is not None:
        item = _shape(kind.item)
        return None if item is None else ListShape(item=item)
    declared = _declared(kind)
    return None if declared is None else LeafShape(type=declared, nullable=kind.nullable)


def _declared(kind: ValueType) -> Type | None:
    """The type of a value that no field holds; None for what cannot travel."""
    if kind.kind == "choice":
        return Choice(members=tuple(Member(name=name, wire=name) for name in kind.members))
    if kind.kind == "entity":
        return Reference(entity=kind.entity or "")
    name = _SCALARS.get(kind.kind)
    return None if name is None else Scalar(name=name, scale=kind.scale)
