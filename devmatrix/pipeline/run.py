"""The half with effects: write the application, deploy it, fill its database, ask it, and heal what is red."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.diagnosis import Diagnosis
from devmatrix.artifacts.reports import FirstPass, RunReport
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.archive import SCENARIOS, forget_run, keep_diffs, pack, save_report, save_suite, write_suite
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.deriving import Deriving, key_of
from devmatrix.pipeline.healing import Clinic, Healed, heal
from devmatrix.pipeline.questioning import question
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.report import compose_report, place_by
from devmatrix.runtime.deploy import Deployer
from devmatrix.runtime.folder import Written, write_tree

OpenClinic = Callable[[ApplicationIR], AbstractContextManager[Clinic]]
Remember = Callable[[Built, RunReport], None]


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
    clinic: OpenClinic | None = None,
    remember: Remember | None = None,
) -> RunReport:
    """Write, deploy, seed and question the application; the report is in the folder, red scenarios and all.

    With a ``clinic`` what is red is repaired, and what is learnt is written back. ``remember`` hears of every round.
    """
    write(built, folder, recorder, discard_edits=discard_edits)
    deriving = deriving or Deriving(folder, recorder)
    asked = question(folder, built.application, deriving, deployer, recorder, seed=True, watch=clinic is not None)
    report = compose_report(spec, built, recorder.timings, asked.report)
    save_report(folder, report)
    if clinic is None or not asked.red:
        _tell(remember, built, report)
        return report
    suite = deriving.finish(built.application)
    with clinic(built.application) as opened:
        tell = partial(_tell_first, remember, built, report)
        healed = heal(built, asked, suite, opened, recorder, found=tell)
    if healed.built.tree != built.tree:
        write(healed.built, folder, recorder, discard_edits=discard_edits)
    keep_diffs(folder, healed.repairs)
    report = report_healed(spec, healed, asked, recorder)
    keep_suite(folder, healed, suite)
    save_report(folder, report)
    if healed.repairs:
        _tell(remember, healed.built, report)
    return report


def report_healed(spec: str, healed: Healed, asked: Asked, recorder: Recorder) -> RunReport:
    """The report of a run that was red at first."""
    report = compose_report(spec, healed.built, recorder.timings, healed.asked.report)
    first = FirstPass(total=asked.report.total, passed=asked.report.passed, failed=asked.report.failed)
    smoke = healed.asked.report if report.smoke is None else report.smoke
    return report.model_copy(
        update={
            "smoke": place_by(smoke, healed.diagnoses),
            "first": first,
            "diagnoses": healed.diagnoses,
            "repairs": healed.repairs,
            "lessons": healed.lessons,
        }
    )


def keep_suite(folder: Path, healed: Healed, suite: ScenarioSuite) -> None:
    """Keep scenarios whose rows were derived anew, and those that went when another tree was written."""
    if healed.suite is not suite or not (folder / SCENARIOS).exists():
        save_suite(folder, write_suite(healed.suite, key_of(healed.built.application)))


def _tell(remember: Remember | None, built: Built, report: RunReport) -> None:
    if remember is not None:
        remember(built, report)


def _tell_first(remember: Remember | None, built: Built, report: RunReport, diagnoses: tuple[Diagnosis, ...]) -> None:
    _tell(remember, built, report.model_copy(update={"diagnoses": diagnoses}))
