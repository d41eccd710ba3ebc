"""Says what became of an application that did not get up: one red verdict, and nothing asked."""

import re
from pathlib import Path

from devmatrix.artifacts.reports import SmokeReport, Verdict
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.errors import ApplicationFailed
from devmatrix.runtime.smoke.playing import skip
from devmatrix.runtime.smoke.rounds import summarise

PLACE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
APPLICATION = "application"


def summarise_fallen(suite: ScenarioSuite, failure: ApplicationFailed, folder: Path) -> SmokeReport:
    """The failure as a verdict of its own, and every scenario skipped; no obligation is covered."""
    reason = f"the application does not get up ({failure.stage})"
    return summarise(suite, [judge_start(failure, folder), *(skip(scenario, reason) for scenario in suite.scenarios)])


def judge_start(failure: ApplicationFailed, folder: Path) -> Verdict:
    """The red verdict, with the last lines of the log and the last place of ours that they name."""
    place = find_place(failure.log_tail, folder)
    return Verdict(
        id=f"{APPLICATION}/{failure.stage}",
        kind="start",
        operation=APPLICATION,
        covers=(),
        expected="the application gets up",
        actual=str(failure),
        verdict="failed",
        cause="start",
        reason=str(failure),
        log=failure.log_tail,
        file=None if place is None else place[0],
        line=None if place is None else place[1],
    )


def find_place(log: str, folder: Path) -> tuple[str, int] | None:
    """The last file of the application that a traceback in the log names, and the line; None when none is named."""
    root = folder.resolve()
    for found in reversed(list(PLACE.finditer(log))):
        file = Path(found["file"])
        if file.is_absolute() and file.is_relative_to(root):
            return file.relative_to(root).as_posix(), int(found["line"])
    return None
