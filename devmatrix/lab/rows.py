"""Take from scenarios a row that their judged call needs."""

from collections.abc import Iterator
from typing import Literal

from pydantic import JsonValue

from devmatrix.artifacts.scenarios import Call, Scenario, StoredRow, StoredValue
from devmatrix.artifacts.terms import Given, Joined, Record, Term

Scenarios = tuple[Scenario, ...]
Spoiling = Literal["row", "reference", "value"]
"""What is wrong with the rows: the addressed one is missing, one that the body names is, or a value is another."""


def spoil_rows(scenarios: Scenarios, what: Spoiling, kind: str) -> Scenarios:
    """Spoil the scenarios of a kind of the first operation that has one which can be spoilt."""
    spoilt = {scenario.id: _without(scenario, what) for scenario in scenarios if scenario.kind == kind}
    first = next((one.operation for one in scenarios if spoilt.get(one.id) not in (None, one)), None)
    return tuple(spoilt.get(one.id, one) if one.operation == first else one for one in scenarios)


def _without(scenario: Scenario, what: Spoiling) -> Scenario:
    call = next((step for step in scenario.steps if isinstance(step, Call) and step.role == "act"), None)
    if call is None:
        return scenario
    named = set(_values(call.body)) if what == "reference" else set(_segments(call.path))
    place = next((at for at, row in enumerate(scenario.rows) if _key(row) in named), None)
    if place is None:
        return scenario
    before, row, after = scenario.rows[:place], scenario.rows[place], scenario.rows[place + 1 :]
    if what == "value":
        return scenario.model_copy(update={"rows": (*before, _with_another_value(row), *after)})
    if any(_key(row) in _stored(other) for other in (*before, *after)):
        return scenario
    return scenario.model_copy(update={"rows": (*before, *after)})


def _key(row: StoredRow) -> str:
    """The key of a row, which is its first value; empty where it is known at the run only."""
    return next(_values(row.values[0].value), "") if row.values else ""


def _stored(row: StoredRow) -> set[str]:
    return {text for value in row.values for text in _values(value.value)}


def _segments(path: Term) -> Iterator[str]:
    for text in _values(path):
        yield from (part for part in text.split("/") if part)


def _values(term: Term | None) -> Iterator[str]:
    """The fixed values in a term, as text; of truths and of nothing none."""
    if isinstance(term, Given):
        if not isinstance(term.value, bool | None):
            yield str(term.value)
    elif isinstance(term, Joined):
        for part in term.parts:
            yield from _values(part)
    elif isinstance(term, Record):
        for _, member in term.members:
            yield from _values(member)


def _with_another_value(row: StoredRow) -> StoredRow:
    """The row with another truth, or else with another number; the same where it holds neither."""
    for wanted in (bool, int):
        for place, value in enumerate(row.values[1:], start=1):
            given = value.value.value if isinstance(value.value, Given) else None
            if type(given) is wanted:
                other = _replaced(value, not given if wanted is bool else int(given or 0) + 1)
                return row.model_copy(update={"values": (*row.values[:place], other, *row.values[place + 1 :])})
    return row


def _replaced(value: StoredValue, other: JsonValue) -> StoredValue:
    return value.model_copy(update={"value": Given(value=other)})
