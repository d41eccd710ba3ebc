"""What the model says of the database around a judged call."""

from functools import lru_cache

from devmatrix.artifacts.predictions import Prediction
from devmatrix.artifacts.scenarios import Call, Scenario, StoredRow
from devmatrix.artifacts.terms import Given
from devmatrix.scenarios import derive_scenarios, predict
from devmatrix.scenarios.predicting import is_judged
from tests.scenarios.shop import depot


@lru_cache
def scenarios() -> dict[str, Scenario]:
    return {scenario.id: scenario for scenario in derive_scenarios(depot()).scenarios}


@lru_cache
def predictions() -> dict[str, Prediction]:
    return predict(depot(), tuple(scenarios()))


def value(row: StoredRow, column: str) -> object:
    """The fixed value of a column."""
    term = next(item.value for item in row.values if item.column == column)
    return term.value if isinstance(term, Given) else term


def test_every_scenario_has_a_prediction_for_each_judged_step() -> None:
    """The prediction names the steps that are judged, in their order."""
    for name, scenario in scenarios().items():
        judged = [number for number, step in enumerate(scenario.steps) if is_judged(step)]
        assert [act.step for act in predictions()[name].acts] == judged


def test_the_first_judged_call_finds_the_rows_that_were_put_in() -> None:
    """Where nothing comes in between, the rows of the scenario are those before its first judged call."""
    for name, scenario in scenarios().items():
        assert predictions()[name].acts[0].before == scenario.rows


def test_a_refused_call_changes_nothing() -> None:
    """Before and after are the same where the call is refused, and differ somewhere else."""
    differing = 0
    for name, scenario in scenarios().items():
        for act in predictions()[name].acts:
            step = scenario.steps[act.step]
            if isinstance(step, Call) and step.expect.status >= 400:
                assert act.before == act.after
            differing += act.before != act.after
    assert differing > 10


def test_a_flow_makes_the_row_that_it_declares() -> None:
    """What the flow computes stands in the row that it makes."""
    (act,) = predictions()["split/happy"].acts
    made = [row for row in act.after if row not in act.before and row.table == "bins"]
    assert str(value(made[0], "label")).endswith("/2") or str(value(made[1], "label")).endswith("/2")


def test_only_what_is_asked_for_is_kept() -> None:
    """Ids that the suite does not know are left out, and the others come out alike in any company."""
    found = predict(depot(), ("split/happy", "nothing/of the kind"))
    assert found == {"split/happy": predictions()["split/happy"]}


def test_keys_tell_rows_apart() -> None:
    """No two rows of a table have the same key before a call, whatever the table."""
    prediction = predictions()["split/happy"]
    keys = dict(prediction.keys)
    for act in predictions()["split/happy"].acts:
        seen = [
            (row.table, *(str(value(row, column)) for column in keys[f'"{row.schema_name}"."{row.table}"']))
            for row in act.before
        ]
        assert len(seen) == len(set(seen)) > 0
