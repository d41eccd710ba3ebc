"""Rows of a world as they are put into tables: columns with SQL types, many lists in their own tables."""

from collections.abc import Iterable
from typing import Any

from devmatrix.artifacts.scenarios import StoredRow, StoredValue
from devmatrix.artifacts.terms import Term
from devmatrix.expressions.evaluation.evaluate import Context, Ref
from devmatrix.expressions.evaluation.schema import Schema, is_many
from devmatrix.expressions.evaluation.world import Row, World
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.scenarios.playing.staging import SERVER_NOW
from devmatrix.scenarios.playing.wire import Wire

_SQL_TYPES = {
    "integer": "bigint",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
    "uuid": "uuid",
    "json": "jsonb",
}


def stored_rows(schema: Schema, world: World, wire: Wire) -> tuple[StoredRow, ...]:
    """All rows in their order, then the rows of the tables behind many lists."""
    rows = list(world.rows.values())
    return (*(stored_row(schema, row, world, wire) for row in rows), *_links(schema, rows, world, wire))


def stored_row(schema: Schema, row: Row, world: World, wire: Wire) -> StoredRow:
    """A row with every column that it has."""
    entity = schema.entities[row.entity]
    values = tuple(
        stored_value(schema, field, field_value(entity, field, row, world, wire))
        for field in entity.fields
        if field.column is not None
    )
    return StoredRow(schema_name=entity.storage.schema_name, table=entity.storage.table, values=values)


def stored_value(schema: Schema, field: Field, value: Term) -> StoredValue:
    """A column's value with its SQL type."""
    return StoredValue(column=field.column or field.name, type=sql_type(schema, field.type), value=value)


def field_value(entity: Entity, field: Field, row: Row, world: World, wire: Wire) -> Term:
    """What a column holds, as a term."""
    value = world.value(row, field.name, Context(SERVER_NOW))
    return wire.key(entity.name, value) if field.name == entity.key.field else wire.field(field, value, world)


def sql_type(schema: Schema, of: Type) -> str:
    """The SQL type that a value is cast to."""
    match of:
        case Scalar(name="decimal"):
            return f"numeric({of.precision},{of.scale})" if of.precision is not None else "numeric"
        case Scalar():
            return _SQL_TYPES.get(of.name, "text")
        case Choice():
            return "text"
        case Reference() | Many():
            return sql_type(schema, schema.entities[of.entity].key_field.type)
        case ListOf():
            return "jsonb"


def _links(schema: Schema, rows: Iterable[Row], world: World, wire: Wire) -> Iterable[StoredRow]:
    for row in rows:
        entity = schema.entities[row.entity]
        for field in entity.fields:
            if is_many(field) and field.association is not None:
                for target in row.values[field.name]:
                    yield stored_link(schema, entity, field, row, target, world, wire)


def stored_link(
    schema: Schema, entity: Entity, field: Field, row: Row, target: Ref, world: World, wire: Wire
) -> StoredRow:
    """The row behind a place of a many list."""
    behind: Any = field.association
    goal = schema.entities[field.target or ""]
    ends = (
        (behind.source_column, entity, row.key),
        (behind.target_column, goal, world.rows[target].key),
    )
    values = tuple(
        StoredValue(column=column, type=sql_type(schema, end.key_field.type), value=wire.key(end.name, key))
        for column, end, key in ends
    )
    return StoredRow(schema_name=entity.storage.schema_name, table=behind.table, values=values)


def all_tables(schema: Schema) -> tuple[str, ...]:
    """Every table of the application and of its neighbours, quoted, parents before those that refer to them.

    The archive comes first: what is deleted from the others goes there.
    """
    names: dict[str, None] = {}
    if schema.application.archive is not None:
        names[quoted(*schema.application.archive)] = None
    waiting = list(schema.entities.values())
    done: set[str] = set()
    while waiting:
        ready = [entity for entity in waiting if _parents(entity) - {entity.name} <= done]
        for entity in ready or waiting[:1]:
            names[quoted(entity.storage.schema_name, entity.storage.table)] = None
            done.add(entity.name)
        waiting = [entity for entity in waiting if entity.name not in done]
    for entity in schema.entities.values():
        for field in entity.fields:
            if field.association is not None:
                names[quoted(entity.storage.schema_name, field.association.table)] = None
    return tuple(names)


def _parents(entity: Entity) -> set[str]:
    return {field.type.entity for field in entity.fields if isinstance(field.type, Reference)}


def quoted(schema_name: str, table: str) -> str:
    """A table's name, quoted for SQL."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in (schema_name, table))


def stub_tables(schema: Schema) -> tuple[str, ...]:
    """Tables of other services, ``schema.table``."""
    return tuple(
        f"{entity.storage.schema_name}.{entity.storage.table}" for entity in schema.entities.values() if entity.external
    )
