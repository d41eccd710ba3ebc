"""A suite is complete, deterministic and can be played in any order."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import pytest

from devmatrix.artifacts.scenarios import Arrival, Call, DatabaseCheck, Growth, Scenario, ScenarioSuite, Step, Together
from devmatrix.artifacts.terms import Anything, Captured, Items, Joined, Near, Record, Term
from devmatrix.frontend import read_spec
from devmatrix.ir.application import ApplicationIR
from devmatrix.passes import refine
from devmatrix.scenarios import derive_scenarios

SPECS = ("simple_task_api", "playlists_api")


@lru_cache(maxsize=8)
def application_of(name: str) -> ApplicationIR:
    """An example, refined."""
    text = (files("seeds") / "specs" / f"{name}.md").read_text(encoding="utf-8")
    application, findings = read_spec(text, f"{name}.md")
    assert application is not None, findings
    return refine(application)


@lru_cache(maxsize=8)
def suite_of(name: str) -> ScenarioSuite:
    """Its scenarios."""
    return derive_scenarios(application_of(name))


def parts(term: Term) -> Iterator[Term]:
    """A term and all inside it."""
    yield term
    match term:
        case Record():
            for _, member in term.members:
                yield from parts(member)
        case Items():
            for item in term.items:
                yield from parts(item)
        case Joined():
            for part in term.parts:
                yield from parts(part)
        case _:
            return


def sent(call: Call) -> Iterator[Term]:
    """Everything that a call sends."""
    for term in (call.path, *(value for _, value in call.query), *((call.body,) if call.body is not None else ())):
        yield from parts(term)


def plain_steps(scenario: Scenario) -> Iterator[Step]:
    """The steps, with what some hold inside one after the other."""
    for step in scenario.steps:
        match step:
            case Together():
                yield from step.calls
            case Growth():
                yield from (step.few, Arrival(rows=step.rows), step.many)
            case _:
                yield step


def step_terms(step: Step) -> Iterator[Term]:
    """Everything that a step sends, looks for or expects."""
    if isinstance(step, Call):
        yield from sent(step)
        if step.expect.body is not None:
            yield from parts(step.expect.body)
        for _, term in step.expect.headers:
            yield from parts(term)
    elif isinstance(step, Arrival):
        for arriving in step.rows:
            for cell in arriving.values:
                yield from parts(cell.value)
    elif isinstance(step, DatabaseCheck):
        for value in step.where:
            yield from parts(value.value)
        for row in step.expected:
            for term in row:
                yield from parts(term)


@pytest.mark.parametrize("name", SPECS)
def test_every_obligation_is_met_or_proved_unreachable(name: str) -> None:
    """None is left unsolved, and what is covered is covered by a scenario that says so."""
    suite = suite_of(name)
    covered = {obligation for scenario in suite.scenarios for obligation in scenario.covers}
    assert [outcome.obligation.id for outcome in suite.outcomes if outcome.status == "unsolved"] == []
    assert all(outcome.obligation.id in covered for outcome in suite.outcomes if outcome.status == "covered")
    assert covered <= {obligation.id for obligation in application_of(name).tests.obligations}


@pytest.mark.parametrize("name", SPECS)
def test_every_scenario_asks_something(name: str) -> None:
    """Its id is its own, it judges at least one call, and it covers an obligation."""
    scenarios = suite_of(name).scenarios
    assert len({scenario.id for scenario in scenarios}) == len(scenarios)
    for scenario in scenarios:
        assert scenario.covers, scenario.id
        assert any(isinstance(step, Call) and step.role == "act" for step in plain_steps(scenario)), scenario.id


@pytest.mark.parametrize("name", SPECS)
def test_what_is_sent_is_known_by_then(name: str) -> None:
    """A capture is used only after the call that makes it; matchers are never sent."""
    for scenario in suite_of(name).scenarios:
        known: set[str] = set()
        for step in plain_steps(scenario):
            used = {term.name for term in step_terms(step) if isinstance(term, Captured)}
            assert used <= known, scenario.id
            if isinstance(step, Call):
                assert not any(isinstance(term, Anything | Near) for term in sent(step)), scenario.id
                known |= {capture.name for capture in step.captures}


@pytest.mark.parametrize("name", SPECS)
def test_scenarios_own_their_rows(name: str) -> None:
    """No two that run side by side put in the same key."""
    seen: dict[tuple[str, str], str] = {}
    for scenario in suite_of(name).scenarios:
        if scenario.alone:
            continue
        for row in scenario.rows:
            key = (row.table, row.values[0].model_dump_json())
            assert seen.setdefault(key, scenario.id) == scenario.id


def test_few_scenarios_run_alone() -> None:
    """Only such as judge a whole collection, hold tables or count: what is read, or rows that others may have too."""
    lonely = [scenario for scenario in suite_of("playlists_api").scenarios if scenario.alone]
    lonely = [scenario for scenario in lonely if not scenario.id.endswith("/made-once")]
    assert {scenario.kind for scenario in lonely} <= {"happy", "paging", "filter", "sort", "search", "race", "growth"}
    assert len(lonely) < len(suite_of("playlists_api").scenarios) / 10


def test_a_suite_goes_through_json() -> None:
    """Nothing in it is lost or cannot be written."""
    suite = suite_of("simple_task_api")
    assert ScenarioSuite.model_validate_json(suite.model_dump_json()) == suite


def test_the_hash_seed_decides_nothing() -> None:
    """Two processes with different seeds derive the same text."""
    program = (
        "import sys, hashlib;"
        "from tests.scenarios.test_suite import suite_of;"
        "print(hashlib.sha256(suite_of('simple_task_api').model_dump_json().encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def named(name: str, suite: ScenarioSuite) -> Scenario:
    """The scenario of this id."""
    return next(scenario for scenario in suite.scenarios if scenario.id == name)


def test_a_refused_call_is_followed_by_a_look() -> None:
    """Nothing has changed: the rows are read again."""
    scenario = named("publish_playlist/condition/statement:1", suite_of("playlists_api"))
    roles = [step.role for step in scenario.steps if isinstance(step, Call)]
    assert roles[0] == "act"
    assert "observe" in roles


def test_a_made_row_is_read_where_its_answer_says() -> None:
    """Its key is captured from the answer and used in the next path."""
    scenario = named("create_artist/happy", suite_of("playlists_api"))
    act, *looks = [step for step in scenario.steps if isinstance(step, Call)]
    assert act.expect.status == 201
    assert act.captures
    assert any(isinstance(term, Captured) for look in looks for term in parts(look.path))


def test_rows_are_read_before_and_after_where_answers_may_be_kept() -> None:
    """Each scenario of a write reads its rows, acts, reads them again by the same paths; else happy paths do."""
    plain = application_of("playlists_api")
    storage = plain.infrastructure.storage.model_copy(update={"reads": "cached"})
    cached = plain.model_copy(update={"infrastructure": plain.infrastructure.model_copy(update={"storage": storage})})
    again = 0
    for scenario in derive_scenarios(cached).scenarios:
        calls = [step for step in plain_steps(scenario) if isinstance(step, Call)]
        act = next(place for place, call in enumerate(calls) if call.role == "act")
        before = {call.path for call in calls[:act]}
        assert all(call.operation and ":read_" in call.operation for call in calls[:act])
        if calls[act].method not in ("GET",) and scenario.kind in ("happy", "effect"):
            assert before <= {call.path for call in calls[act + 1 :]}
            again += len(before)
    assert again > 50
    others = [scenario for scenario in suite_of("playlists_api").scenarios if scenario.kind != "happy"]
    first = [next(plain_steps(scenario)) for scenario in others]
    assert all(isinstance(step, Call) and step.role == "act" for step in first)
