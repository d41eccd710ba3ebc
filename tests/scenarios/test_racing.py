"""Which calls are made twice at once, and what they must end in."""

from functools import lru_cache

import pytest

from devmatrix.artifacts.scenarios import Call, DatabaseCheck, Growth, Scenario, Together
from devmatrix.artifacts.terms import Given, Record, Term
from devmatrix.frontend import read_spec
from devmatrix.passes import refine
from devmatrix.scenarios import derive_scenarios
from tests.scenarios.shop import depot


@lru_cache(maxsize=1)
def scenarios() -> dict[str, Scenario]:
    return {scenario.id: scenario for scenario in derive_scenarios(depot()).scenarios}


def together(name: str) -> Together:
    """The step of a race."""
    return next(step for step in scenarios()[name].steps if isinstance(step, Together))


def member(body: Term | None, name: str) -> object:
    """A fixed member of a body."""
    assert isinstance(body, Record)
    term = dict(body.members)[name]
    return term.value if isinstance(term, Given) else term


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("create_bin", [201, 409]),
        ("create_tag", [201, 409]),
        ("delete_bin", [204, 404]),
        ("delete_slot", [204, 404]),
        ("split", [201, 409]),
        ("drop", [204, 404]),
    ],
)
def test_the_second_call_meets_the_first(name: str, statuses: list[int]) -> None:
    """A unique value is taken, a key is used, a row is gone: the model says what each place in the order gets."""
    step = together(f"{name}/race")
    assert [call.expect.status for call in step.calls] == statuses


def test_both_calls_are_the_same() -> None:
    """They differ in nothing but what they expect, also where the row in the path is gone after the first."""
    races = [step for scenario in scenarios().values() for step in scenario.steps if isinstance(step, Together)]
    assert races
    for step in races:
        first, second = (
            call.model_copy(update={"expect": step.calls[0].expect, "captures": ()}) for call in step.calls
        )
        assert first == second
        assert step.locks


def test_calls_that_do_not_meet_are_not_made_together() -> None:
    """Nothing is raced that ends alike twice and changes nothing of what was there, nor what only reads."""
    assert {"update_bin/race", "patch_bin/race", "read_bin/race", "create_pledge/race"}.isdisjoint(scenarios())


SHARED = """# Store

## Entities

### Well

| field | type    | rules                          |
|-------|---------|--------------------------------|
| level | integer | required, between 0 and 1000   |

### Pump

| field | type    | rules                          |
|-------|---------|--------------------------------|
| code  | text(9) | required, unique, length 1..9  |
| well  | -> Well | required, restricts            |
| turns | integer | required, between 1 and 10     |

## Flows

### Draw
`POST /pumps/{id}/draw` on `pump: Pump`

- requires `pump.well.level >= pump.turns` else 409 "the well is empty"
- sets `pump.well.level -= pump.turns`

### Fill
`POST /pumps/{id}/fill` on `pump: Pump`

- sets `pump.well.level = 7`

### Turn
`POST /pumps/{id}/turn` on `pump: Pump`

- sets `pump.turns = 3`
"""


def test_two_rows_meet_in_a_third() -> None:
    """Two rows that refer to one another are called upon, each with what is unique to it; there is enough for both."""
    application, findings = read_spec(SHARED, "store.md")
    assert application is not None, findings
    races = {item.id: item for item in derive_scenarios(refine(application)).scenarios if item.kind == "race"}
    shared = races["draw/race/shared"]
    (step,) = (item for item in shared.steps if isinstance(item, Together))
    assert [call.expect.status for call in step.calls] == [204, 204]
    assert step.calls[0].path != step.calls[1].path
    assert [row.table for row in shared.rows] == ["wells", "pumps", "pumps"]
    assert [name for name in races if name.endswith("/shared")] == ["draw/race/shared"], (
        "the others change nothing twice"
    )


def test_races_run_alone_and_look_afterwards() -> None:
    """Tables are held for everybody, and the rows that changed are seen in the end."""
    races = [scenario for scenario in scenarios().values() if scenario.kind == "race"]
    assert all(scenario.alone for scenario in races)
    for scenario in races:
        place = next(n for n, step in enumerate(scenario.steps) if isinstance(step, Together))
        after = scenario.steps[place + 1 :]
        assert after, scenario.id
        assert all(
            isinstance(step, DatabaseCheck) or (isinstance(step, Call) and step.role == "observe") for step in after
        )


def test_each_list_is_asked_over_few_and_many_rows() -> None:
    """The total that the model predicts grows with the rows that come in between, and nothing else differs."""
    grown = {name: scenario for name, scenario in scenarios().items() if scenario.kind == "growth"}
    assert set(grown) == {"list_tags/growth", "list_bins/growth", "list_slots/growth", "list_pledges/growth"}
    for scenario in grown.values():
        (step,) = scenario.steps
        assert isinstance(step, Growth)
        assert (member(step.few.expect.body, "total"), member(step.many.expect.body, "total")) == (2, 8)
        assert step.few.model_copy(update={"expect": step.many.expect}) == step.many
        assert len(step.rows) >= 6
        assert '"public"."bins"' in step.watched
