"""``devmatrix repair DIR``: ask an application, repair what is at fault, prove it."""

from pathlib import Path

import click

from devmatrix.interfaces.cli.options import docker_option, folder_argument, json_option


@click.command(short_help="Repair a generated application, perhaps edited; exit 3 if a scenario stays red.")
@folder_argument
@docker_option
@json_option
def command(folder: Path, *, docker: bool, as_json: bool) -> int:
    """Play all scenarios on the application in DIR, find what makes them fail, and repair it where the fault is.

    A repair is kept only if the scenarios pass and nothing else changes; otherwise every file is as it was. Edits of
    yours stay, but for those that are at fault. What changed is shown, and kept in DIR/.devmatrix/report.json.
    """
    from devmatrix.interfaces.cli.mending import repair_folder
    from devmatrix.interfaces.cli.summary import show_repaired

    report = repair_folder(folder, docker=docker)
    if as_json:
        click.echo(report.model_dump_json(indent=1))
    else:
        show_repaired(report)
    return 3 if report.smoke is not None and report.smoke.failed else 0
