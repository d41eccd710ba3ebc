"""What the pattern of the seed script sees: rows as Python values."""

from collections.abc import Sequence
from typing import Any

from devmatrix.artifacts.scenarios import StoredRow, StoredValue
from devmatrix.artifacts.terms import Given, Instant, Items, Term
from devmatrix.backend.fastapi.target import Target

View = dict[str, Any]

_READERS = {
    "uuid": "UUID",
    "numeric": "Decimal",
    "date": "date.fromisoformat",
    "timestamptz": "datetime.fromisoformat",
}
"""SQL type -> how Python reads its text; the others are constants."""


def seed_script_view(_target: Target, rows: Sequence[StoredRow]) -> View:
    """The rows in foreign-key order; ValueError for a value that is known only when a scenario runs."""
    return {"rows": [{"table": _table(row), "values": [_value(value) for value in row.values]} for row in rows]}


def _table(row: StoredRow) -> str:
    return row.table if row.schema_name == "public" else f"{row.schema_name}.{row.table}"


def _value(stored: StoredValue) -> View:
    reader = _READERS.get(stored.type.split("(")[0].strip().lower())
    return {"column": stored.column, **_term(stored.value, reader)}


def _term(term: Term, reader: str | None) -> View:
    """A value as what reads it and what is read; a list as its items."""
    view: View = {"reader": None, "after": None, "given": None, "listed": None}
    match term:
        case Given(value=value):
            return {**view, "given": value, "reader": None if value is None else reader}
        case Items(items=items):
            return {**view, "listed": [_term(item, None) for item in items]}
        case Instant(type="datetime", microseconds=microseconds):
            return {**view, "reader": "NOW", **_span(microseconds)}
        case Instant(days=days):
            return {
                **view,
                "reader": "NOW.date()",
                "sign": "-" if days < 0 else "+",
                "after": "days",
                "given": abs(days),
            }
        case _:
            raise ValueError(f"a {term.term} value is known only when a scenario runs")


def _span(microseconds: int) -> View:
    """The largest unit that says it in whole numbers, and on which side of now."""
    return {"sign": _sign(microseconds), **_length(abs(microseconds))}


def _sign(number: int) -> str:
    return "-" if number < 0 else "+"


def _length(microseconds: int) -> View:
    for unit, length in (("days", 86_400_000_000), ("hours", 3_600_000_000), ("minutes", 60_000_000)):
        if microseconds % length == 0:
            return {"after": unit, "given": microseconds // length}
    if microseconds % 1_000_000 == 0:
        return {"after": "seconds", "given": microseconds // 1_000_000}
    return {"after": "microseconds", "given": microseconds}
