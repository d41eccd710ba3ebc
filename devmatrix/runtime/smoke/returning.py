"""Leaves somebody's database as it was: the rows that scenarios put in or made are taken out again."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from devmatrix.artifacts.scenarios import Call, StoredRow
from devmatrix.artifacts.terms import Given
from devmatrix.errors import DevMatrixError
from devmatrix.ir.api import NamedShape, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity
from devmatrix.runtime.smoke.asking import NotJson, Reply, read_json
from devmatrix.runtime.smoke.moment import plain_text
from devmatrix.runtime.smoke.storing import table_of
from devmatrix.runtime.sql import quote_name, quote_text

if TYPE_CHECKING:
    import asyncpg  # type: ignore[import-untyped]

ATTEMPTS = 5
Keys = set[tuple[str, ...]]


class Ledger:
    """What is ours: rows put in (by table and all their fixed columns) and rows that calls made (by their key)."""

    def __init__(self, application: ApplicationIR | None) -> None:
        self.application = application
        self.rows: list[tuple[str, dict[str, str]]] = []

    def note(self, rows: Iterable[StoredRow]) -> None:
        """These rows are about to go in; written down first, so that no end of the run forgets them."""
        self.rows += [(table_of(row), _fixed(row)) for row in rows]

    def strike(self, rows: Iterable[StoredRow]) -> None:
        """These rows did not go in: what stands under their keys is somebody else's."""
        for row in rows:
            self.rows.remove((table_of(row), _fixed(row)))

    def witness(self, call: Call, reply: Reply) -> None:
        """The row that a call made, as its answer tells."""
        if self.application is None or call.operation is None or reply.status != 201:
            return
        entity = _made(self.application, self.application.operation(call.operation))
        if entity is None:
            return
        try:
            body = read_json(reply.content)
        except NotJson:
            return
        key = entity.key_field
        if isinstance(body, dict) and key.wire in body and key.column is not None:
            table = f"{quote_name(entity.storage.schema_name)}.{quote_name(entity.storage.table)}"
            self.rows.append((table, {key.column: plain_text(body[key.wire])}))


async def take_out(ledger: Ledger, tables: tuple[str, ...], url: str) -> None:
    """Remove our rows and what came to refer to them, in one transaction; what others add meanwhile is waited out.

    Raises DevMatrixError when some row cannot be removed; then none was.
    """
    import asyncpg

    connection = await asyncpg.connect(url, timeout=10)
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with connection.transaction(isolation="repeatable_read"):
                    await _remove(connection, ledger, tables)
                return
            except (
                asyncpg.ForeignKeyViolationError,
                asyncpg.SerializationError,
                asyncpg.DeadlockDetectedError,
            ) as error:
                if attempt == ATTEMPTS:
                    hint = "rows of others refer to rows of the smoke run; remove those, then the rows named above"
                    raise DevMatrixError(f"the rows of this run could not be taken out: {error}", hint=hint) from error
    finally:
        connection.terminate()


async def _remove(connection: "asyncpg.Connection", ledger: Ledger, tables: tuple[str, ...]) -> None:
    keys = {table: await _key_columns(connection, table) for table in tables}
    ours: dict[str, Keys] = defaultdict(set)
    for table, columns in ledger.rows:
        if all(column in columns for column in keys.get(table, ())):
            ours[table].add(tuple(columns[column] for column in keys[table]))
    archive = _archive_of(ledger)
    await _follow(connection, tables, keys, ours, archive)
    for table in reversed(tables):
        if ours[table]:
            where = _is_one_of(keys[table])
            await connection.execute(f"DELETE FROM {table} WHERE {where}", json.dumps(sorted(ours[table])))  # noqa: S608
    for table in tables if archive else ():
        if ours[table]:
            dead = _was_one_of(keys[table])
            statement = f"DELETE FROM {archive} WHERE {dead}"  # noqa: S608
            await connection.execute(statement, json.dumps(sorted(ours[table])), table)


async def _follow(
    connection: "asyncpg.Connection",
    tables: tuple[str, ...],
    keys: dict[str, list[str]],
    ours: dict[str, Keys],
    archive: str | None,
) -> None:
    """Add, until nothing is new, the rows that refer to ours, and those that did when they were deleted."""
    links = [link for link in await connection.fetch(_LINKS) if link["child"] in tables and link["parent"] in tables]
    grown = True
    while grown:
        grown = False
        for link in links:
            child, parent = link["child"], link["parent"]
            if not ours[parent] or not keys[child] or link["parent_columns"] != keys[parent]:
                continue
            shown = ", ".join(f"{quote_name(column)}::text" for column in keys[child])
            query = f"SELECT {shown} FROM {child} WHERE {_is_one_of(link['child_columns'])}"  # noqa: S608
            parents = json.dumps(sorted(ours[parent]))
            found = {tuple(row.values()) for row in await connection.fetch(query, parents)}
            if archive:
                shown = ", ".join(f"contents ->> {quote_text(column)}" for column in keys[child])
                query = f"SELECT {shown} FROM {archive} WHERE {_was_one_of(link['child_columns'])}"  # noqa: S608
                found |= {tuple(row.values()) for row in await connection.fetch(query, parents, child)}
            grown = grown or not found <= ours[child]
            ours[child] |= found


def _archive_of(ledger: Ledger) -> str | None:
    place = ledger.application.archive if ledger.application else None
    return ".".join(quote_name(part) for part in place) if place else None


def _was_one_of(columns: Iterable[str]) -> str:
    """The same of rows in the archive, of the quoted table ``$2``."""
    texts = ", ".join(f"contents ->> {quote_text(column)}" for column in columns)
    table = """'"' || replace(table_schema, '"', '""') || '"."' || replace(table_name, '"', '""') || '"'"""
    return f"jsonb_build_array({texts}) IN (SELECT jsonb_array_elements($1::jsonb)) AND {table} = $2"


def _is_one_of(columns: Iterable[str]) -> str:
    """A condition: the columns' texts are one of the tuples in the JSON list ``$1``."""
    texts = ", ".join(f"{quote_name(column)}::text" for column in columns)
    return f"jsonb_build_array({texts}) IN (SELECT jsonb_array_elements($1::jsonb))"


async def _key_columns(connection: "asyncpg.Connection", table: str) -> list[str]:
    rows: list[Any] = await connection.fetch(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        " WHERE i.indrelid = $1::text::regclass AND i.indisprimary ORDER BY array_position(i.indkey, a.attnum)",
        table,
    )
    return [row["attname"] for row in rows]


_LINKS = """
SELECT '"' || replace(cn.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' AS child,
       '"' || replace(pn.nspname, '"', '""') || '"."' || replace(p.relname, '"', '""') || '"' AS parent,
       (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY k(num, n)
        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.num) AS child_columns,
       (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY k(num, n)
        JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.num) AS parent_columns
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE f.contype = 'f'
"""


def _fixed(row: StoredRow) -> dict[str, str]:
    """The columns whose values do not depend on the clock, as text."""
    given = ((item.column, item.value.value) for item in row.values if isinstance(item.value, Given))
    return {column: plain_text(value) for column, value in given if isinstance(value, str | int | bool)}


def _made(application: ApplicationIR, operation: Operation) -> Entity | None:
    if operation.verb == "create" and operation.entity is not None:
        return application.entity(operation.entity)
    shapes = [answer.shape for answer in operation.answers if answer.status == 201]
    views = [shape.view for shape in shapes if isinstance(shape, NamedShape)]
    return application.entity(application.view(views[0]).entity) if views else None
