"""The cause of a fault is told from what red scenarios show on a real PostgreSQL."""

from pathlib import Path

import pytest

from devmatrix.artifacts.diagnosis import Cause, Diagnosis
from devmatrix.artifacts.scenarios import Scenario, ScenarioSuite
from devmatrix.errors import ApplicationFailed
from devmatrix.learning.diagnosing import diagnose, main_cause
from devmatrix.pipeline.archive import pack
from devmatrix.pipeline.questioning import QUIET, ask_and_watch
from devmatrix.pipeline.recorder import Recorder
from devmatrix.runtime.deploy import DeployOptions
from devmatrix.runtime.folder import write_tree
from devmatrix.runtime.local import LocalDeployer
from devmatrix.runtime.smoke import summarise_fallen
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building
from tests.behaviour.faults import CART, FAULTS, Fault

pytestmark = pytest.mark.needs_server

BY_NAME = {fault.name: fault for fault in FAULTS}
LIST, BASE = "src/repositories/order.py", "src/repositories/base.py"
CASES: tuple[tuple[Cause, Fault], ...] = (
    ("WRONG_STATUS_CODE", BY_NAME["wrong status of a creation"]),
    ("WRONG_STATUS_CODE", BY_NAME["guard dropped"]),
    ("WRONG_STATUS_CODE", BY_NAME["input bound dropped"]),
    ("MISSING_SIDE_EFFECT", BY_NAME["missing commit"]),
    ("MISSING_SIDE_EFFECT", BY_NAME["wrong total"]),
    ("UNEXPECTED_SIDE_EFFECT", BY_NAME["patch replaces"]),
    ("QUERY_MISMATCH", BY_NAME["filter ignored"]),
    ("QUERY_MISMATCH", BY_NAME["offset ignored"]),
    ("RESPONSE_MISMATCH", Fault("wrong words", CART, "this cart is empty", "nothing in it", ("checkout",))),
    ("START_FAILURE", Fault("absent module", CART, "import ", "import absent_module\nimport ", ("checkout",))),
    (
        "LOST_UPDATE",
        Fault(
            "no lock",
            BASE,
            "statement.with_for_update(key_share=True) if self.locks else statement",
            "statement",
            ("restock_product",),
        ),
    ),
)


def diagnosed(
    fault: Fault, suite: ScenarioSuite, built: Building, folder: Path, settings: Settings
) -> tuple[Diagnosis, ...]:
    """What is known of the red scenarios of an application with a fault."""
    application = built(fault.application)
    write_tree(folder, pack(application))
    file = folder / fault.file
    text = file.read_text()
    assert fault.old in text, f"the edit of {fault.name!r} does not fit {fault.file} any more"
    file.write_text(text.replace(fault.old, fault.new, 1))
    options, recorder = DeployOptions(environment=QUIET), Recorder()
    try:
        with LocalDeployer(settings).deploy(folder, options, recorder.step) as deployment:
            asked = ask_and_watch(application.application, suite, deployment, recorder, watch=True)
        report, observations = asked.report, asked.observations
    except ApplicationFailed as error:
        report, observations = summarise_fallen(suite, error, folder), ()
    return diagnose(report, suite, observations, application.application, application.tree, application.bindings)


def suite_of(built: Building, fault: Fault) -> ScenarioSuite:
    """The scenarios of the operations that the fault touches."""
    suite = built(fault.application).suite
    assert suite is not None
    touched = {f"operation:{name}" for name in fault.operations}
    return suite.model_copy(update={"scenarios": tuple(s for s in suite.scenarios if s.operation in touched)})


@pytest.mark.parametrize(("cause", "fault"), CASES, ids=lambda item: getattr(item, "name", item))
@pytest.mark.usefixtures("postgres_server")
def test_the_cause_is_told(
    cause: Cause, fault: Fault, built: Building, tmp_path: Path, runtime_settings: Settings
) -> None:
    """The main cause is that of the fault, its file is among the suspects, and nothing is taken for flaky."""
    found = diagnosed(fault, suite_of(built, fault), built, tmp_path / "app", runtime_settings)
    assert main_cause(found) == cause
    assert not any(diagnosis.flaky for diagnosis in found)
    assert all(diagnosis.signature is not None for diagnosis in found)
    assert any(suspect.file == fault.file for diagnosis in found for suspect in diagnosis.suspects)


@pytest.mark.usefixtures("postgres_server")
def test_a_row_that_scenarios_do_not_bring_is_missing(
    built: Building, tmp_path: Path, runtime_settings: Settings
) -> None:
    """The application is right; the rows are to blame, and only those scenarios that lack one are red."""
    fault = Fault("none", CART, "this cart is empty", "this cart is empty", ("pay_order",))
    suite = suite_of(built, fault)
    spoilt = tuple(scenario.model_copy(update={"rows": _without_last(scenario)}) for scenario in suite.scenarios)
    found = diagnosed(fault, suite.model_copy(update={"scenarios": spoilt}), built, tmp_path / "app", runtime_settings)
    assert {diagnosis.cause for diagnosis in found} == {"MISSING_PRECONDITION"}


def _without_last(scenario: Scenario) -> tuple[object, ...]:
    """The rows but for the last, to which none refers."""
    return scenario.rows[:-1]
