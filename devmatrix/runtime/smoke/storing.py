"""Puts the rows of scenarios into tables, and says SQL for what scenarios ask of the database."""

import json
from collections.abc import Iterable

from pydantic import JsonValue

from devmatrix.artifacts.scenarios import DatabaseCheck, StoredRow, StoredValue
from devmatrix.runtime.smoke.moment import Moment
from devmatrix.runtime.sql import quote_name, quote_text

JSON_TYPES = frozenset({"json", "jsonb"})


def insertion(rows: Iterable[StoredRow], moment: Moment) -> str:
    """One script that puts in all rows; said at once, the server runs it as one transaction."""
    return ";\n".join(_insert(row, moment) for row in rows)


def lookup(check: DatabaseCheck, moment: Moment) -> str:
    """The query behind a check: its columns, of the rows where every named value is the same (null is null)."""
    columns = [f"was.{quote_name(column)}" for column in check.columns]
    conditions = [f"was.{quote_name(item.column)} IS NOT DISTINCT FROM {literal(item, moment)}" for item in check.where]
    table = f"{table_of(check)} AS was"
    if check.archive is not None:
        archive = ".".join(quote_name(part) for part in check.archive)
        table = f"{archive} AS kept CROSS JOIN jsonb_populate_record(NULL::{table_of(check)}, kept.contents) AS was"
        place = f"{quote_text(check.schema_name)}, {quote_text(check.table)}"
        conditions.append(f"(kept.table_schema, kept.table_name) = ({place})")
        columns.append("kept.deleted_at")
    narrowed = " AND ".join(conditions) or "true"
    return f"SELECT {', '.join(columns)} FROM {table} WHERE {narrowed}"  # noqa: S608 - every part is quoted


def table_of(item: StoredRow | DatabaseCheck) -> str:
    """The quoted name of the table."""
    return f"{quote_name(item.schema_name)}.{quote_name(item.table)}"


def literal(item: StoredValue, moment: Moment) -> str:
    """The value as a literal of its SQL type."""
    value = moment.resolve(item.value)
    if value is None:
        return f"NULL::{item.type}"
    if item.type.endswith("[]") and isinstance(value, list):
        return f"ARRAY[{', '.join(_text(member, item.type[:-2]) for member in value)}]::{item.type}"
    return f"{_text(value, item.type)}::{item.type}"


def _insert(row: StoredRow, moment: Moment) -> str:
    columns = ", ".join(quote_name(item.column) for item in row.values)
    values = ", ".join(literal(item, moment) for item in row.values)
    return f"INSERT INTO {table_of(row)} ({columns}) VALUES ({values})"  # noqa: S608 - every part is quoted


def _text(value: JsonValue, kind: str) -> str:
    if value is None:
        return "NULL"
    if kind.lower() in JSON_TYPES:
        return quote_text(json.dumps(value, ensure_ascii=False))
    if isinstance(value, bool):
        return quote_text("true" if value else "false")
    if isinstance(value, dict | list):
        return quote_text(json.dumps(value, ensure_ascii=False))
    return quote_text(str(value))
