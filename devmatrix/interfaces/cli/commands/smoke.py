"""``devmatrix smoke DIR [--url URL]``: ask an application again."""

from pathlib import Path

import click

from devmatrix.interfaces.cli.options import docker_option, folder_argument, json_option


@click.command(short_help="Ask a generated application, perhaps edited, whether it keeps its spec.")
@folder_argument
@click.option("--url", metavar="URL", help="Ask an application that is running already.")
@click.option(
    "--database-url", metavar="URL", help="Its database, to put the rows of scenarios in (and take them out)."
)
@click.option("--yes", is_flag=True, help="Write to that database without asking.")
@docker_option
@json_option
def command(folder: Path, url: str | None, database_url: str | None, *, yes: bool, docker: bool, as_json: bool) -> int:
    """Deploy the application in DIR on a database of its own and play all scenarios; with --url ask a running one.

    A running application gets its rows through --database-url: what will be written is said first, and taken out again.
    Without the database only scenarios that need no rows are played, and the others are named as skipped.
    """
    from devmatrix.interfaces.cli.asking import ask_deployed, ask_running
    from devmatrix.interfaces.cli.summary import show_smoke

    if url is None and database_url is not None:
        raise click.UsageError("--database-url belongs to --url")
    smoke = ask_deployed(folder, docker=docker) if url is None else ask_running(folder, url, database_url, yes=yes)
    if as_json:
        click.echo(smoke.model_dump_json(indent=1))
    else:
        show_smoke(smoke)
    return 3 if smoke.failed else 0
