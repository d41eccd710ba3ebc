"""Detection is proved: each fault made by hand turns at least one scenario red."""

from pathlib import Path

import pytest

from devmatrix.errors import DevMatrixError
from devmatrix.pipeline.archive import pack
from devmatrix.pipeline.questioning import QUIET
from devmatrix.pipeline.recorder import Recorder
from devmatrix.runtime.deploy import DeployOptions
from devmatrix.runtime.folder import write_tree
from devmatrix.runtime.local import LocalDeployer
from devmatrix.runtime.smoke import Target, ask
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building
from tests.behaviour.faults import FAULTS, Fault

pytestmark = pytest.mark.needs_server


def test_there_are_at_least_twenty() -> None:
    """Each with a name of its own."""
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 20


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.usefixtures("postgres_server")
def test_fault_is_seen(fault: Fault, built: Building, tmp_path: Path, runtime_settings: Settings) -> None:
    """The application with the fault still starts, and some scenario of the touched operations is red."""
    application = built(fault.application)
    assert application.suite is not None
    folder = tmp_path / "app"
    write_tree(folder, pack(application))
    file = folder / fault.file
    text = file.read_text()
    assert fault.old in text, f"the edit of {fault.name!r} does not fit {fault.file} any more"
    file.write_text(text.replace(fault.old, fault.new, 1))
    touched = {f"operation:{name}" for name in fault.operations}
    suite = application.suite.model_copy(
        update={"scenarios": tuple(s for s in application.suite.scenarios if s.operation in touched)}
    )
    assert suite.scenarios
    try:
        with LocalDeployer(runtime_settings).deploy(folder, DeployOptions(environment=QUIET), Recorder().step) as app:
            verdicts = ask(suite, Target(url=app.url, database_url=app.database_url))
    except DevMatrixError as error:
        pytest.fail(f"the application with the fault does not start: {error}")
    assert any(verdict.verdict == "failed" for verdict in verdicts), f"no scenario sees {fault.name!r}"
