"""Look into the archive, in the database: what deleted rows held, the links of their lists, and when they went."""

from collections.abc import Iterable, Iterator

from devmatrix.artifacts.scenarios import DatabaseCheck
from devmatrix.artifacts.terms import Anything, Near
from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.schema import Schema, is_many
from devmatrix.expressions.evaluation.world import Row
from devmatrix.ir.behavior import walk_statements
from devmatrix.ir.domain import Field
from devmatrix.ir.types import Reference
from devmatrix.scenarios.playing.model import Reply
from devmatrix.scenarios.playing.storage import field_value, stored_link, stored_value
from devmatrix.scenarios.playing.wire import Wire


def archive_checks(schema: Schema, reply: Reply, labels: Iterable[Ref], wire: Wire) -> Iterator[DatabaseCheck]:
    """What the archive holds of the rows, of these, that went with a call; nothing where deleted rows are not kept."""
    if schema.application.archive is None:
        return
    gone = _gone(reply)
    for label in labels:
        if label in gone:
            yield from _row(schema, reply, reply.before.rows[label], wire)
    yield from _links(schema, reply, gone, wire)


def _row(schema: Schema, reply: Reply, row: Row, wire: Wire) -> Iterator[DatabaseCheck]:
    """The row under its key, with every column of which can be said what it held in the end."""
    entity = schema.entities[row.entity]
    stayed = [field for field in entity.fields if field.column and _stayed(schema, reply, row, field)]
    terms = {field.name: field_value(entity, field, row, reply.before, wire) for field in stayed}
    known = {name: term for name, term in terms.items() if not isinstance(term, Anything)}
    key = entity.key_field
    if key.name in known:
        yield DatabaseCheck(
            schema_name=entity.storage.schema_name,
            table=entity.storage.table,
            where=(stored_value(schema, key, known[key.name]),),
            columns=tuple(entity.field(name).column or name for name in known),
            expected=((*known.values(), Near()),),
            archive=schema.application.archive,
        )


def _stayed(schema: Schema, reply: Reply, row: Row, field: Field) -> bool:
    """Whether a row held in the end what it held before the call: neither the call nor a deletion changed it first."""
    if field.role in ("created", "updated"):
        return False
    statements = walk_statements(schema.statements.get(reply.operation.id, ()))
    written = any((row.entity, field.name) in statement.writes for statement in statements)
    cleared = isinstance(field.type, Reference) and field.role == "plain" and field.on_delete == "clears"
    return not written and not (cleared and row.values[field.name] in _gone(reply))


def _gone(reply: Reply) -> set[Ref]:
    return {label for label in reply.before.rows if label not in reply.world.rows}


def _links(schema: Schema, reply: Reply, gone: set[Ref], wire: Wire) -> Iterator[DatabaseCheck]:
    """The links by which lists held rows that went, or were held by them."""
    for row in reply.before.rows.values():
        entity = schema.entities[row.entity]
        for field in entity.fields:
            if entity.external or not is_many(field) or not _stayed(schema, reply, row, field):
                continue
            for target in row.values[field.name]:
                link = stored_link(schema, entity, field, row, target, reply.before, wire)
                if {row.label, target} & gone and not any(isinstance(each.value, Anything) for each in link.values):
                    yield DatabaseCheck(
                        schema_name=link.schema_name,
                        table=link.table,
                        where=link.values,
                        columns=tuple(each.column for each in link.values),
                        expected=((*(each.value for each in link.values), Near()),),
                        archive=schema.application.archive,
                    )
