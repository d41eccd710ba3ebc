"""Make the query parameters of every list.

Before: ``list Product`` takes nothing
After:  it takes ``limit``, ``offset`` or ``after``, ``sort``, ``q`` and the filters that its fields declare
"""

from functools import partial
from typing import Literal

from devmatrix.ir.api import Input, Operation, Selection
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import ORDERED_KINDS, SAFE_INTEGER, ListOf, Many, Reference, Scalar, Type
from devmatrix.ir.validation import Pattern
from devmatrix.passes.rewrite import change_operations

PHRASE_LENGTH = 1_000
"""Code points of ``q`` and of ``sort``."""


def take_queries(application: ApplicationIR) -> ApplicationIR:
    """References are filterable without the word; ordered types also take bounds."""
    return change_operations(application, partial(_with_query, application))


def _with_query(application: ApplicationIR, operation: Operation) -> Operation:
    if operation.verb != "list" or operation.entity is None:
        return operation
    entity = application.entity(operation.entity)
    inputs = (*_paging(application, operation), *_sorting(operation, entity), *_searching(operation, entity))
    others = tuple(item for item in operation.inputs if item.source != "query")
    return operation.model_copy(update={"inputs": others + inputs + _filters(operation, entity)})


def _paging(application: ApplicationIR, operation: Operation) -> tuple[Input, ...]:
    wire = application.infrastructure.wire
    limit = Scalar(name="integer", minimum=1, maximum=wire.page_limit)
    taken = _parameter(operation, "limit", limit, Selection(kind="limit"), default=wire.page_size)
    if wire.paging == "keyset":
        return (taken, _place(operation, wire.place_limit))
    offset = Scalar(name="integer", minimum=0, maximum=SAFE_INTEGER)
    return (taken, _parameter(operation, "offset", offset, Selection(kind="offset"), default=0))


def _place(operation: Operation, longest: int) -> Input:
    """Where the page before ended, as its answer said."""
    text = Scalar(name="text", min_length=1, max_length=longest)
    form = Pattern(id=f"{operation.id}/input:after/rule:pattern", regex="^[A-Za-z0-9_-]+$")
    after = _parameter(operation, "after", text, Selection(kind="after"))
    return after.model_copy(update={"constraints": (form,)})


def _sorting(operation: Operation, entity: Entity) -> tuple[Input, ...]:
    names = tuple(field.wire for field in entity.fields if field.sortable)
    if not names:
        return ()
    key = f"-?({'|'.join(names)})"
    pattern = Pattern(id=f"{operation.id}/input:sort/rule:pattern", regex=f"^{key}(,{key})*$")
    sort = _parameter(operation, "sort", Scalar(name="text", max_length=PHRASE_LENGTH), Selection(kind="sort"))
    return (sort.model_copy(update={"constraints": (pattern,)}),)


def _searching(operation: Operation, entity: Entity) -> tuple[Input, ...]:
    if not any(field.searchable for field in entity.fields):
        return ()
    phrase = Scalar(name="text", min_length=1, max_length=PHRASE_LENGTH)
    return (_parameter(operation, "q", phrase, Selection(kind="search")),)


def _filters(operation: Operation, entity: Entity) -> tuple[Input, ...]:
    found: list[Input] = []
    for field in entity.fields:
        if is_filter(operation, field):
            found.append(_filter(operation, entity, field, "", "equals"))
            if isinstance(field.type, Scalar) and field.type.name in ORDERED_KINDS:
                found.append(_filter(operation, entity, field, "_gte", "at least"))
                found.append(_filter(operation, entity, field, "_lte", "at most"))
    return tuple(found)


def is_filter(operation: Operation, field: Field) -> bool:
    """Whether a list narrows by the field: declared so, or a reference that the path does not fix."""
    if field.role == "owner":
        return operation.nested_under is None
    return field.filterable or isinstance(field.type, Reference)


def _filter(
    operation: Operation, entity: Entity, field: Field, suffix: str, kind: Literal["equals", "at least", "at most"]
) -> Input:
    selection = Selection(kind=kind, field=field.name)
    taken = _parameter(operation, field.wire + suffix, _asked_type(field.type), selection)
    return taken.model_copy(update={"entity": entity.name, "field": field.name, "repeated": kind == "equals"})


def _asked_type(declared: Type) -> Type:
    match declared:
        case Many(entity=target):
            return Reference(entity=target)
        case ListOf(item=item):
            return item
        case _:
            return declared


def _parameter(operation: Operation, wire: str, kind: Type, selection: Selection, default: int | None = None) -> Input:
    return Input(
        id=f"{operation.id}/input:{wire}",
        name=wire,
        wire=wire,
        type=kind,
        source="query",
        nullable=False,
        default=default,
        has_default=default is not None,
        selects=selection,
    )
