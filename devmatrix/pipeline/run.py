"""The half with effects: write the application, deploy it, fill its database, and ask whether it keeps its spec."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from devmatrix.artifacts.reports import RunReport, SmokeReport, Verdict
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.errors import ApplicationFailed
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.archive import forget_run, pack, save_report
from devmatrix.pipeline.aside import Aside
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.deriving import Deriving
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.report import compose_report
from devmatrix.pipeline.stubs import stub_statements
from devmatrix.runtime.deploy import Deployer, DeployOptions
from devmatrix.runtime.folder import Written, write_tree
from devmatrix.runtime.smoke import Target, ask, load_clients, summarise, summarise_fallen

SMOKE = "smoke"
QUIET = (("RATE_LIMIT_ENABLED", "false"),)
"""A smoke run is one client that asks a lot."""


def write(built: Built, folder: Path, recorder: Recorder, *, discard_edits: bool = False) -> Written:
    """Make the folder hold the application; raises FolderRefused before anything is touched."""
    with recorder.step("write"):
        written = write_tree(folder, pack(built), discard_edits=discard_edits)
        if written.changed:
            forget_run(folder)
    return written


def run(
    built: Built,
    spec: str,
    folder: Path,
    deployer: Deployer,
    recorder: Recorder,
    *,
    deriving: Deriving | None = None,
    discard_edits: bool = False,
) -> RunReport:
    """Write, deploy, seed and question the application; the report is in the folder, red scenarios and all."""
    write(built, folder, recorder, discard_edits=discard_edits)
    deriving = deriving or Deriving(folder, recorder)
    smoke = question(folder, built.application, deriving, deployer, recorder, seed=True)
    report = compose_report(spec, built, recorder.timings, smoke)
    save_report(folder, report)
    return report


def question(
    folder: Path,
    application: ApplicationIR,
    deriving: Deriving,
    deployer: Deployer,
    recorder: Recorder,
    *,
    seed: bool = False,
) -> SmokeReport:
    """Deploy the application of a folder on a database of its own and play all scenarios; one that does not get up is
    red, and its scenarios are skipped.
    """
    options = DeployOptions(stubs=stub_statements(application), seed=seed, environment=QUIET)
    Aside(load_clients)
    try:
        with deployer.deploy(folder, options, recorder.step) as deployment:
            suite = deriving.finish(application)
            target = Target(url=deployment.url, database_url=deployment.database_url)
            smoke = ask_suite(suite, target, recorder, log=lambda: read_log(deployment.log))
    except ApplicationFailed as error:
        smoke = summarise_fallen(deriving.finish(application), error, folder)
    deriving.keep(application)
    return smoke


def ask_suite(
    suite: ScenarioSuite,
    target: Target,
    recorder: Recorder,
    *,
    application: ApplicationIR | None = None,
    log: Callable[[], str] = str,
) -> SmokeReport:
    """Play all scenarios against a target, telling how far it is."""
    fallen: Counter[str] = Counter()

    def tell(verdict: Verdict) -> None:
        fallen[verdict.verdict] += 1
        asked = fallen["passed"] + fallen["failed"]
        recorder.move(SMOKE, asked, len(suite.scenarios), fallen["failed"], fallen["skipped"])

    with recorder.step(SMOKE):
        return summarise(suite, ask(suite, target, application=application, log=log, tell=tell))


def read_log(path: Path) -> str:
    """The last lines of the application's log."""
    from devmatrix.runtime.processes import read_tail

    return read_tail(path)
