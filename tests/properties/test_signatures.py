"""A failure is known by the same signature whatever the entities, fields and operations are called."""

from collections.abc import Iterator

import pytest

from devmatrix.artifacts.diagnosis import Diagnosis, Observation
from devmatrix.artifacts.reports import Difference, Exchange, ObligationCount, SmokeReport, Verdict
from devmatrix.artifacts.scenarios import Call, Scenario
from devmatrix.artifacts.terms import Record
from devmatrix.learning.diagnosing import diagnose
from devmatrix.pipeline.build import Built
from devmatrix.runtime.smoke.watching import in_turn
from tests.properties.renaming import Naming, alike, unlike
from tests.properties.test_renaming import SPECS, generated, renamed

SPEC = next(spec for spec in SPECS if "ecommerce" in spec.name)
EVERY = 5
"""One scenario in so many is red."""


def places_of(call: Call) -> tuple[str, ...]:
    """A status, and the members of the answer that is predicted."""
    members = call.expect.body.members if isinstance(call.expect.body, Record) else ()
    return ("status", "header Location", *(f"/{name}" for name, _ in members), "/items/0/x")


def fallen(scenario: Scenario, number: int, built: Built) -> tuple[Verdict, Observation]:
    """How a scenario is red: with names of tables, columns, members and classes of the domain all over it."""
    steps = in_turn(scenario)[0].steps
    at, call = next((at, step) for at, step in enumerate(steps) if isinstance(step, Call))
    failure = "status" if number % 2 else "answer"
    answered = call.expect.status if failure == "answer" else 500
    places = places_of(call)
    names = [f"{row.schema_name}.{row.table}.{row.values[0].column}" for row in scenario.rows]
    verdict = Verdict(
        id=scenario.id,
        kind=scenario.kind,
        operation=scenario.operation,
        covers=(),
        expected=str(call.expect.status),
        actual=str(answered),
        verdict="failed",
        cause="status" if number % 2 else "answer",
        differences=tuple(Difference(place=place, expected="1", actual="2") for place in places),
        exchanges=(Exchange(method=call.method, url="/", status=answered),),
    )
    observation = Observation(
        scenario=scenario.id,
        again=True,
        times=2,
        role=call.role,
        expected=call.expect.status,
        actual=answered,
        absent=tuple(names[: number % 3]),
        beyond=tuple(f"{name.rpartition('.')[0]}: a row that comes" for name in names[: number % 2]),
        failure=failure,
        step=at,
        places=places,
        exceptions=("KeyError", f"{built.application.domain.entities[0].name}Broken"),
    )
    return verdict, observation


def diagnosed(built: Built) -> tuple[Diagnosis, ...]:
    """The diagnoses of an application of which one scenario in a few is red."""
    assert built.suite is not None
    red, observations = [], []
    plain = (item for item in built.suite.scenarios if any(isinstance(step, Call) for step in item.steps))
    for number, scenario in enumerate(plain):
        verdict, observation = fallen(scenario, number, built)
        if number % EVERY:
            red.append(verdict.model_copy(update={"verdict": "passed"}))
        else:
            red.append(verdict)
            observations.append(observation)
    report = SmokeReport(
        total=len(red),
        passed=0,
        failed=len(observations),
        skipped=0,
        obligations=ObligationCount(),
        scenarios=tuple(red),
    )
    return diagnose(report, built.suite, observations, built.application, built.tree, built.bindings)


def hashes(diagnoses: tuple[Diagnosis, ...]) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Both hashes of each, and their parts."""
    for diagnosis in diagnoses:
        assert diagnosis.signature is not None
        yield diagnosis.signature.exact, diagnosis.signature.family, diagnosis.signature.parts


@pytest.mark.parametrize("naming", [alike, unlike], ids=lambda naming: naming.__name__)
def test_renaming_leaves_signatures_as_they_are(naming: Naming) -> None:
    """Both hashes are equal, and so is every part."""
    text = SPEC.read_text()
    found, _ = renamed(text, naming, scenarios=True)
    assert list(hashes(diagnosed(found))) == list(hashes(diagnosed(generated(text, scenarios=True))))


def test_signatures_tell_failures_apart() -> None:
    """Not all are one: causes, statuses, kinds of nodes and places differ, and a family has several members."""
    found = list(hashes(diagnosed(generated(SPEC.read_text(), scenarios=True))))
    exact, families = {item[0] for item in found}, {item[1] for item in found}
    assert len(exact) > len(families) > 5
    assert {len(digest) for item in found for digest in item[:2]} == {64}
