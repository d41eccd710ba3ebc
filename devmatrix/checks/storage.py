"""Find tables and columns that cannot stand beside each other in PostgreSQL."""

from collections.abc import Iterator

from devmatrix.checks.places import finding, place_of
from devmatrix.diagnostics import Diagnostic
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import Placed

NAME_BYTES = 63
"""What PostgreSQL keeps of a name."""


def check_storage(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """No table or column twice, no name longer than PostgreSQL keeps."""
    return (*_tables(application), *_columns(application), *_lengths(application))


def _named_tables(application: ApplicationIR) -> Iterator[tuple[str, str, str, Placed]]:
    """(schema, table, what it is for, node) of entities and of many-to-many fields."""
    for entity in application.domain.entities:
        yield entity.storage.schema_name, entity.storage.table, entity.name, entity
        for field in entity.fields:
            if field.association is not None:
                yield entity.storage.schema_name, field.association.table, f"{entity.name}.{field.name}", field


def _tables(application: ApplicationIR) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, str], str] = {}
    for schema, table, owner, node in _named_tables(application):
        if (first := seen.setdefault((schema, table), owner)) != owner:
            message = f"{owner} and {first} are both kept in the table {schema}.{table}"
            yield finding("DM709", place_of(node, application), message, "write `- table: …` at one of the entities")


def _columns(application: ApplicationIR) -> Iterator[Diagnostic]:
    for entity in application.domain.entities:
        seen: set[str] = set()
        for field in entity.fields:
            if field.column is not None and field.column in seen:
                message = f"two fields of {entity.name} are kept in the column '{field.column}'"
                yield finding("DM709", place_of(field, entity, application), message, "rename one of the fields")
            seen |= set() if field.column is None else {field.column}


def _lengths(application: ApplicationIR) -> Iterator[Diagnostic]:
    names = [(table, node) for _, table, _, node in _named_tables(application)]
    names += [
        (field.column, field) for entity in application.domain.entities for field in entity.fields if field.column
    ]
    for name, node in names:
        if len(name.encode()) > NAME_BYTES:
            message = f"'{name}' is longer than the {NAME_BYTES} bytes that PostgreSQL keeps of a name"
            yield finding("DM710", place_of(node, application), message, "use a shorter name")
