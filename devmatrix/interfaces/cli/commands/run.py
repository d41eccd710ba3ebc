"""``devmatrix run SPEC --out DIR``: generate, deploy, seed, question, repair and learn."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from devmatrix.interfaces.cli.options import (
    discard_option,
    docker_option,
    json_option,
    out_option,
    spec_argument,
    try_option,
)

if TYPE_CHECKING:
    from devmatrix.artifacts.reports import RunReport
    from devmatrix.pipeline.elsewhere import Elsewhere


@click.command(short_help="Generate, deploy, seed, question and repair; exit 3 if a scenario stays red.")
@spec_argument
@out_option
@discard_option
@docker_option
@try_option
@click.option("--repair/--no-repair", default=True, help="Repair what is red, and learn from it (default: yes).")
@json_option
def command(
    spec: Path, folder: Path, *, discard_edits: bool, docker: bool, trials: tuple[str, ...], repair: bool, as_json: bool
) -> int:
    """Write the application that SPEC describes into DIR, deploy it on a real PostgreSQL, fill its database, and ask it
    over HTTP whether it does what the spec says. What is red is repaired, each repair is proved, and the bank learns
    how the next application avoids it. The report is DIR/.devmatrix/report.json.
    """
    from devmatrix.pipeline.elsewhere import Elsewhere

    started = time.perf_counter()
    with Elsewhere() as elsewhere:  # it gets ready while we do
        way = Way(discard_edits=discard_edits, docker=docker, trials=trials, repair=repair)
        report = build_and_run(spec, folder, elsewhere, way)
    if report is None:
        return 1
    if as_json:
        click.echo(report.model_dump_json(indent=1))
    else:
        from devmatrix.interfaces.cli.summary import show_report

        show_report(report, folder, time.perf_counter() - started)
    return 3 if report.smoke is not None and report.smoke.failed else 0


class Way(NamedTuple):
    """How a run is done, as the options say."""

    discard_edits: bool
    docker: bool
    trials: tuple[str, ...]
    repair: bool


def build_and_run(spec: Path, folder: Path, elsewhere: "Elsewhere", way: Way) -> "RunReport | None":
    """The report of the run; None after the findings that forbid it were printed."""
    from devmatrix.interfaces.cli.building import build_or_say
    from devmatrix.interfaces.cli.healing import open_clinic
    from devmatrix.interfaces.cli.progress import recording
    from devmatrix.interfaces.cli.remembering import remember_or_say
    from devmatrix.pipeline.deriving import Deriving
    from devmatrix.pipeline.run import run
    from devmatrix.runtime.folder import check_folder
    from devmatrix.wiring import choose_deployer

    check_folder(folder, discard_edits=way.discard_edits)
    with recording() as recorder:
        deriving = Deriving(folder, recorder, elsewhere)
        built = build_or_say(spec, recorder, meanwhile=deriving.begin, trials=way.trials)
        if built is None:
            return None
        deployer = choose_deployer(docker=way.docker)
        return run(
            built,
            str(spec),
            folder,
            deployer,
            recorder,
            deriving=deriving,
            discard_edits=way.discard_edits,
            clinic=partial(open_clinic, deployer=deployer, trials=way.trials) if way.repair else None,
            remember=remember_or_say,
        )
