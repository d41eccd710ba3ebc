"""Stands in for tables that another service owns, where that service is absent: SQL to run before the migration."""

from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar
from devmatrix.runtime.sql import quote_name

SQL_TYPES = {
    "integer": "bigint",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
    "uuid": "uuid",
    "json": "jsonb",
}
"""Every other scalar but the decimal is text."""


def stub_statements(application: ApplicationIR) -> tuple[str, ...]:
    """One statement for each schema and table that is not ours; none where the application owns all it needs."""
    external = [entity for entity in application.domain.entities if entity.external]
    schemas = dict.fromkeys(entity.storage.schema_name for entity in external)
    return (
        *(f"CREATE SCHEMA IF NOT EXISTS {quote_name(schema)}" for schema in schemas),
        *(create_table(application, entity) for entity in external),
    )


def create_table(application: ApplicationIR, entity: Entity) -> str:
    """A table with the key and the declared fields and nothing else."""
    table = f"{quote_name(entity.storage.schema_name)}.{quote_name(entity.storage.table)}"
    stored = [field for field in entity.fields if field.column is not None]
    columns = ", ".join(_column(application, entity, field) for field in stored)
    return f"CREATE TABLE IF NOT EXISTS {table} ({columns})"


def sql_type(application: ApplicationIR, field: Field) -> str:
    """The type of the field's column; that of a reference is the type of the key it holds."""
    match field.type:
        case Reference(entity=target):
            return sql_type(application, application.entity(target).key_field)
        case Scalar(name="decimal", precision=precision, scale=scale):
            return f"numeric({precision}, {scale})"
        case Scalar(name=name):
            return SQL_TYPES.get(name, "text")
        case Choice():
            return "text"
        case ListOf() | Many():
            return "jsonb"


def _column(application: ApplicationIR, entity: Entity, field: Field) -> str:
    words = [quote_name(field.column or field.name), sql_type(application, field)]
    if field.name == entity.key.field:
        words.append("PRIMARY KEY")
    elif not field.nullable:
        words.append("NOT NULL")
    return " ".join(words)
