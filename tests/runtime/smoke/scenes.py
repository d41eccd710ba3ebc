"""Scenarios over the fake shop, in short form."""

import uuid
from typing import Any

from devmatrix.artifacts.scenarios import (
    Call,
    Capture,
    Expectation,
    Scenario,
    ScenarioSuite,
    Step,
    StoredRow,
    StoredValue,
)
from devmatrix.artifacts.terms import Given, Instant, Record, Term

TABLES = ('"public"."things"', '"public"."parts"')


def key(number: int) -> str:
    """A predictable key."""
    return str(uuid.UUID(int=number))


def given(value: Any) -> Given:
    """A fixed term."""
    return Given(value=value)


def thing(number: int, label: str = 'it\'s \\ "q"', price: str = "1.50") -> StoredRow:
    """A row of things, made now."""
    columns: list[tuple[str, str, Term]] = [
        ("id", "uuid", given(key(number))),
        ("label", "text", given(label)),
        ("price", "numeric(10,2)", given(price)),
        ("made", "timestamptz", Instant(type="datetime", microseconds=-1_500_000)),
    ]
    values = tuple(StoredValue(column=column, type=kind, value=value) for column, kind, value in columns)
    return StoredRow(schema_name="public", table="things", values=values)


def shown(number: int, label: str = 'it\'s \\ "q"', price: str = "1.50") -> Record:
    """The answer that shows such a row."""
    made = Instant(type="datetime", microseconds=-1_500_000)
    return Record(
        members=(("id", given(key(number))), ("label", given(label)), ("price", given(price)), ("made", made))
    )


def call(method: str, path: Term | str, status: int, body: Term | None = None, **more: Any) -> Call:
    """An act with an expectation."""
    expect = Expectation(status=status, body=more.pop("answer", None), headers=more.pop("expected_headers", ()))
    where = given(path) if isinstance(path, str) else path
    return Call(
        role=more.pop("role", "act"), operation=None, method=method, path=where, body=body, expect=expect, **more
    )


def scene(name: str, *steps: Step, rows: tuple[StoredRow, ...] = (), alone: bool = False) -> Scenario:
    """A scenario."""
    return Scenario(id=name, title=name, kind="happy", operation="op", covers=(), rows=rows, steps=steps, alone=alone)


def suite(*scenarios: Scenario) -> ScenarioSuite:
    """A suite over the shop's tables."""
    return ScenarioSuite(scenarios=scenarios, outcomes=(), tables=TABLES)


def captured(name: str, pointer: str) -> tuple[Capture, ...]:
    """One capture."""
    return (Capture(name=name, pointer=pointer),)
