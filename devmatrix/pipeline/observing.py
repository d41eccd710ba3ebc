"""Plays what failed once more, alone, with the database read before and after: nothing is believed unseen."""

from pathlib import Path

from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.reports import SmokeReport
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.run import read_log
from devmatrix.runtime.smoke import Target


def observe(
    application: ApplicationIR, suite: ScenarioSuite, report: SmokeReport, target: Target, log: Path
) -> tuple[Observation, ...]:
    """What each failed scenario shows when it is played again; none where nothing failed."""
    red = tuple(verdict.id for verdict in report.scenarios if verdict.verdict == "failed")
    if not red:
        return ()
    from devmatrix.runtime.smoke.watching import watch
    from devmatrix.scenarios import predict

    return watch(suite, red, target, predict(application, red), log=lambda: read_log(log))
