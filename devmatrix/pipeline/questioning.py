"""Asks an application that is deployed for the occasion, and says what came out."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.reports import SmokeReport, Verdict
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.errors import ApplicationFailed
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.aside import Aside
from devmatrix.pipeline.deriving import Deriving
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.stubs import stub_statements
from devmatrix.runtime.deploy import Deployer, Deployment, DeployOptions
from devmatrix.runtime.smoke import Target, ask, load_clients, summarise, summarise_fallen

SMOKE = "smoke"
OBSERVE = "observe"
QUIET = (("RATE_LIMIT_ENABLED", "false"),)
"""A smoke run is one client that asks a lot."""


def question(
    folder: Path,
    application: ApplicationIR,
    deriving: Deriving,
    deployer: Deployer,
    recorder: Recorder,
    *,
    seed: bool = False,
    watch: bool = False,
) -> Asked:
    """Deploy the application of a folder on a database of its own and play all scenarios; one that does not get up is
    red, and its scenarios are skipped. ``watch``: what fails is played again, and observed.
    """
    options = DeployOptions(stubs=stub_statements(application), seed=seed, environment=QUIET)
    Aside(load_clients)
    try:
        with deployer.deploy(folder, options, recorder.step) as deployment:
            suite = deriving.finish(application)
            asked = ask_and_watch(application, suite, deployment, recorder, watch=watch)
    except ApplicationFailed as error:
        asked = Asked(report=summarise_fallen(deriving.finish(application), error, folder))
    deriving.keep(application)
    return asked


def ask_and_watch(
    application: ApplicationIR, suite: ScenarioSuite, deployment: Deployment, recorder: Recorder, *, watch: bool
) -> Asked:
    """The verdicts on a deployed application, and what its red scenarios show when they are played again."""
    target = Target(url=deployment.url, database_url=deployment.database_url)
    report = ask_suite(suite, target, recorder, log=lambda: read_log(deployment.log))
    red = tuple(verdict.id for verdict in report.scenarios if verdict.verdict == "failed")
    if not red or not watch:
        return Asked(report=report)
    with recorder.step(OBSERVE):
        return Asked(report=report, observations=observe(application, suite, red, target, deployment.log))


def observe(
    application: ApplicationIR, suite: ScenarioSuite, red: tuple[str, ...], target: Target, log: Path
) -> tuple[Observation, ...]:
    """What failed scenarios show when they are played once more, alone, with the database read before and after."""
    from devmatrix.runtime.smoke.watching import MOST, spread, watch
    from devmatrix.scenarios import predict

    failed = [scenario for scenario in suite.scenarios if scenario.id in red]
    watched = tuple(scenario.id for scenario in spread(failed, MOST))
    return watch(suite, watched, target, predict(application, watched), log=lambda: read_log(log))


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
