"""The situation of a plain call that succeeds, put together without solving."""

from typing import Any

from devmatrix.expressions.evaluation.constants import default_value
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.situations import RowRef, Situation, WorldRow
from devmatrix.ir.api import Input, Operation
from devmatrix.ir.behavior import Bind, BindMany, walk_statements
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import Variable
from devmatrix.ir.types import Many, Reference
from devmatrix.scenarios.supply.rows import RowBuilder
from devmatrix.scenarios.supply.values import valid_value

_CHANGED = 21
"""Added to the number of a value that replaces another."""


def default_situation(
    schema: Schema, operation: Operation, *, relative: bool, full: bool = True, children: bool = False
) -> Situation:
    """The rows that the addresses find, and a body with everything (``full``) or what is required alone.

    ``children``: the addressed row has a row of each of its child entities.
    """
    builder = RowBuilder(schema, relative)
    addresses = addressed_rows(schema, operation, builder, full=full)
    inputs = _inputs(schema, operation, builder, addresses, full=full)
    if children and operation.addresses:
        add_children(schema, builder, operation.addresses[-1].entity, RowRef(label=addresses[-1][1]))
    return Situation(operation=operation.id, rows=tuple(builder.rows), addresses=addresses, inputs=inputs)


def addressed_rows(
    schema: Schema, operation: Operation, builder: RowBuilder, *, full: bool = False
) -> tuple[tuple[str, str], ...]:
    """A row for each address, nested ones under their owners."""
    found: dict[str, str] = {}
    for address in operation.addresses:
        owner = schema.entities[address.entity].owner_field
        values: dict[str, Any] = {}
        if address.owner is not None and owner is not None:
            values[owner.name] = RowRef(label=found[address.owner])
        found[address.variable] = builder.row(address.entity, values, full=full).label
    return tuple(found.items())


def add_children(schema: Schema, builder: RowBuilder, entity: str, owner: RowRef) -> None:
    """A row of each child entity for an owner, and theirs."""
    for child in schema.entities.values():
        if child.owner == entity and child.owner_field is not None:
            row = builder.row(child.name, {child.owner_field.name: owner})
            add_children(schema, builder, child.name, row)


def _inputs(
    schema: Schema, operation: Operation, builder: RowBuilder, addresses: tuple[tuple[str, str], ...], *, full: bool
) -> tuple[tuple[str, Any], ...]:
    if operation.verb in ("create", "update", "patch") and operation.entity is not None:
        wanted = _wanted_row(schema, operation, builder, dict(addresses), full=full)
        found = {item.name: wanted.get(item.field or "") for item in operation.body}
    else:
        found = {item.name: _free_input(schema, operation, item, builder) for item in operation.body}
    kept = [item for item in operation.body if full or item.required]
    kept = [item for item in kept if not _is_state(schema, operation, item) or operation.verb == "create"]
    return tuple((item.name, found[item.name]) for item in kept)


def _is_state(schema: Schema, operation: Operation, item: Input) -> bool:
    return (operation.entity or "", item.field or "") in schema.machines


def _wanted_row(
    schema: Schema, operation: Operation, builder: RowBuilder, addresses: dict[str, str], *, full: bool
) -> dict[str, Any]:
    """The values of a row as the call would leave it, each of its rules kept."""
    entity = schema.entities[operation.entity or ""]
    fixed = {
        item.name: value
        for item in schema.stored_fields(entity.name)
        if (value := _fixed(operation, entity, item, builder, addresses)) is not _FREE
    }
    builder.counts[entity.name] = builder.counts.get(entity.name, 0) + _CHANGED
    for item in schema.stored_fields(entity.name):
        if isinstance(item.type, Reference) and item.name not in fixed and not item.nullable:
            fixed[item.name] = builder.row(item.type.entity)
        if isinstance(item.type, Many) and item.name not in fixed:
            fixed[item.name] = tuple(builder.row(item.type.entity) for _ in range(2)) if full else ()
    builder.row(entity.name, fixed, full=full)
    return dict(builder.rows.pop().values)


class _Free:
    """A value that the caller decides."""


_FREE = _Free()


def _fixed(operation: Operation, entity: Entity, item: Field, builder: RowBuilder, addresses: dict[str, str]) -> Any:
    if operation.verb == "create":
        if item.role == "owner":
            return RowRef(label=addresses[operation.addresses[-1].variable]) if operation.addresses else _FREE
        if item.given_at_creation or item.copied_from is not None:
            return _FREE
        return default_value(item.default, item.type) if item.has_default else None
    row: WorldRow = next(row for row in builder.rows if row.label == addresses[operation.row or entity.variable])
    return _FREE if item.given_at_change else row.value(item.name)


def _free_input(schema: Schema, operation: Operation, item: Input, builder: RowBuilder) -> Any:
    """A valid value; a key that a statement binds finds a row."""
    for statement in walk_statements(schema.statements.get(operation.id, ())):
        bound = isinstance(statement, Bind | BindMany) and isinstance(statement.by, Variable)
        if bound and statement.by.name == item.name:  # type: ignore[union-attr]
            row = builder.row(statement.entity)  # type: ignore[union-attr]
            return (row,) if isinstance(statement, BindMany) else row
    if isinstance(item.type, Reference):
        return builder.row(item.type.entity)
    if isinstance(item.type, Many):
        return (builder.row(item.type.entity),)
    return valid_value(item.type, item.constraints, 1, relative=builder.relative)
