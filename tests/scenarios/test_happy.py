"""The way it should go is looked at before and after, and what it makes is counted."""

from functools import lru_cache

from devmatrix.artifacts.scenarios import Call, DatabaseCheck, Scenario
from devmatrix.artifacts.terms import Captured
from devmatrix.frontend import read_spec
from devmatrix.passes import refine
from devmatrix.scenarios import derive_scenarios

SPEC = """# Notes

## Entities

### Topic

- name: text(40), required
- size: integer, computed `sum(remarks.map(r, r.weight))`

### Remark (part of Topic as remarks)

- weight: integer, required, between 0 and 9

### Mark

- topic: -> Topic, required
- text: text(40), required

### Hint

- text: text(40), required

## Endpoints

| endpoint | does |
|---|---|
| POST /topics | create Topic |
| GET /topics/{id} | read Topic |
| PATCH /topics/{id} | patch Topic |
| DELETE /topics/{id} | delete Topic |
| POST /topics/{topic_id}/remarks | create Remark |
| GET /topics/{topic_id}/remarks | list Remark |
| POST /marks | create Mark |
| GET /marks/{id} | read Mark |
| PATCH /hints/{id} | patch Hint |
"""


@lru_cache
def scenarios() -> dict[str, Scenario]:
    """The scenarios of the notes by name."""
    application, findings = read_spec(SPEC, "notes.md")
    assert application is not None, findings
    return {scenario.id: scenario for scenario in derive_scenarios(refine(application)).scenarios}


def roles(name: str) -> list[tuple[str, str, int]]:
    """The calls of a happy path: role, method, expected status."""
    steps = [step for step in scenarios()[f"{name}/happy"].steps if isinstance(step, Call)]
    return [(step.role, step.method, step.expect.status) for step in steps]


def counts(scenario: Scenario) -> list[DatabaseCheck]:
    """What is looked for in the database without a key of its own."""
    steps = [step for step in scenario.steps if isinstance(step, DatabaseCheck)]
    return [step for step in steps if all(item.column != "id" for item in step.where)]


def test_a_row_is_read_before_and_after_it_is_written() -> None:
    """So that an answer that was kept shows that it is old."""
    assert roles("patch_topic")[:3] == [("observe", "GET", 200), ("act", "PATCH", 200), ("observe", "GET", 200)]
    assert roles("delete_topic")[:3] == [("observe", "GET", 200), ("act", "DELETE", 204), ("observe", "GET", 404)]
    first, _, second, *_ = (step for step in scenarios()["patch_topic/happy"].steps if isinstance(step, Call))
    assert first.path == second.path
    assert first.expect != second.expect


def test_a_row_that_is_only_shown_otherwise_is_read_before() -> None:
    """What is worked out of its children changes with them."""
    found = roles("create_remark")
    assert found[:2] == [("observe", "GET", 200), ("act", "POST", 201)]
    assert ("observe", "GET", 200) in found[2:]


def test_what_no_endpoint_reads_is_not_read_before() -> None:
    """Nor is anything where the call changes nothing that was there."""
    assert roles("patch_hint")[0][0] == "act"
    assert roles("create_mark")[0][0] == "act"


def test_a_made_row_is_there_once() -> None:
    """Looked for by all that it holds but its key, beside the rest where a row of the scenario tells it from others."""
    mark = scenarios()["create_mark/happy"]
    (check,) = counts(mark)
    assert {item.column for item in check.where} == {"topic_id", "text"}
    assert not any(isinstance(item.value, Captured) for item in check.where)
    assert len(check.expected) == 1
    assert not mark.alone
    assert "create_mark/made-once" not in scenarios()


def test_a_made_row_with_the_like_of_others_is_counted_alone() -> None:
    """The happy path itself goes on beside others, and can be asked where others have rows."""
    assert not scenarios()["create_topic/happy"].alone
    assert counts(scenarios()["create_topic/happy"]) == []
    alone = scenarios()["create_topic/made-once"]
    assert alone.alone
    assert [len(check.expected) for check in counts(alone)] == [1]


def test_a_made_row_in_a_list_of_its_owner_is_not_counted_again() -> None:
    """The list shows all rows that there are."""
    assert counts(scenarios()["create_remark/happy"]) == []
    assert "create_remark/made-once" not in scenarios()
