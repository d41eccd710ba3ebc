"""``devmatrix run SPEC --out DIR``: generate, deploy, seed and question."""

import time
from pathlib import Path

import click

from devmatrix.interfaces.cli.options import discard_option, docker_option, json_option, out_option, spec_argument


@click.command(short_help="Generate, deploy, seed and question; exit 3 if a scenario is red.")
@spec_argument
@out_option
@discard_option
@docker_option
@json_option
def command(spec: Path, folder: Path, *, discard_edits: bool, docker: bool, as_json: bool) -> int:
    """Write the application that SPEC describes into DIR, deploy it on a real PostgreSQL, fill its database, and ask it
    over HTTP whether it does what the spec says. The report is DIR/.devmatrix/report.json.
    """
    from devmatrix.interfaces.cli.building import build_or_say
    from devmatrix.interfaces.cli.progress import recording
    from devmatrix.interfaces.cli.summary import show_report
    from devmatrix.pipeline.deriving import Deriving
    from devmatrix.pipeline.run import run
    from devmatrix.runtime.folder import check_folder
    from devmatrix.wiring import choose_deployer

    started = time.perf_counter()
    check_folder(folder, discard_edits=discard_edits)
    with recording() as recorder:
        deriving = Deriving(folder, recorder)
        built = build_or_say(spec, recorder, meanwhile=deriving.begin)
        if built is None:
            return 1
        deployer = choose_deployer(docker=docker)
        report = run(built, str(spec), folder, deployer, recorder, deriving=deriving, discard_edits=discard_edits)
    if as_json:
        click.echo(report.model_dump_json(indent=1))
    else:
        show_report(report, folder, time.perf_counter() - started)
    return 3 if report.smoke is not None and report.smoke.failed else 0
