"""``devmatrix up DIR``: deploy and keep serving."""

from pathlib import Path

import click

from devmatrix.interfaces.cli.options import docker_option, folder_argument


@click.command(short_help="Deploy a generated application and serve it until Ctrl-C.")
@folder_argument
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; one that is free unless given.")
@click.option("--seed/--no-seed", default=True, help="Fill an empty database with rows to look at (the default).")
@docker_option
def command(folder: Path, port: int | None, *, seed: bool, docker: bool) -> int:
    """Deploy the application in DIR on a database that is kept for it, print where it is, and serve until Ctrl-C."""
    from devmatrix.interfaces.cli.serving import serve

    return serve(folder, port, seed=seed, docker=docker)
