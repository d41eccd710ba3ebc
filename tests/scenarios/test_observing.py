"""Rows that no endpoint shows are found by what they hold, and never taken for those of another scenario."""

from functools import lru_cache

from devmatrix.artifacts.scenarios import DatabaseCheck, Scenario, ScenarioSuite
from devmatrix.artifacts.terms import Given
from devmatrix.frontend import read_spec
from devmatrix.passes import refine
from devmatrix.scenarios import derive_scenarios

SPEC = """# Notes

## Entities

### Note

- text: text(40), required
- level: integer

### Topic

- name: text(40), required

### Remark

- topic: -> Topic, required
- text: text(40), required

### Stamp

- code: text(40), required, unique

## Endpoints

| endpoint | does |
|---|---|
| GET /topics/{id} | read Topic |

## Flows

### Jot

`POST /jot`

- creates `Note` with `text = "fixed"`

### Jot twice

`POST /jot-twice`

- creates `Note` with `text = "again"`
- creates `Note` with `text = "again"`
- creates `Note` with `text = "again"`, `level = 1`

### Remark

`POST /topics/{id}/remark` on `topic: Topic`

- creates `Remark` with `topic = topic`, `text = "fixed"`

### Stamp

`POST /stamp`

- takes `code: text(40), required`
- creates `Stamp` with `code = code`
"""


@lru_cache
def suite() -> ScenarioSuite:
    """The scenarios of the notes."""
    application, findings = read_spec(SPEC, "notes.md")
    assert application is not None, findings
    return derive_scenarios(refine(application))


def happy(name: str) -> Scenario:
    """The happy path of a flow."""
    return next(scenario for scenario in suite().scenarios if scenario.id == f"{name}/happy")


def made(name: str) -> list[DatabaseCheck]:
    """What that one looks for in the database without knowing a key."""
    steps = [step for step in happy(name).steps if isinstance(step, DatabaseCheck)]
    return [step for step in steps if all(item.column != "id" for item in step.where)]


def test_a_row_that_nothing_ties_to_the_scenario_is_judged_alone() -> None:
    """Another scenario may make one that looks the same."""
    assert [len(check.expected) for check in made("jot")] == [1]
    assert happy("jot").alone
    assert happy("jot_twice").alone


def test_a_row_with_a_reference_or_a_unique_value_is_judged_beside_others() -> None:
    """It belongs to rows of the scenario, or holds what no other row may hold."""
    assert len(made("remark")) == len(made("stamp")) == 1
    assert not happy("remark").alone
    assert not happy("stamp").alone


def test_rows_that_look_the_same_are_expected_together() -> None:
    """Two rows that hold the same are one question with two rows for an answer."""
    twins, other = made("jot_twice")
    assert [item.value for item in twins.where] == [Given(value="again"), Given(value=None)]
    assert len(twins.expected) == 2
    assert len(other.expected) == 1
