"""Keeps an application up until somebody has seen enough."""

import os
import time
from contextlib import ExitStack
from pathlib import Path

import click

from devmatrix.errors import ApplicationFailed
from devmatrix.interfaces.cli.progress import recording
from devmatrix.pipeline.archive import read_application
from devmatrix.pipeline.stubs import stub_statements
from devmatrix.runtime.databases import find_database, name_of
from devmatrix.runtime.deploy import DeployOptions
from devmatrix.runtime.postgres import open_postgres
from devmatrix.runtime.processes import read_tail
from devmatrix.settings import read_settings
from devmatrix.wiring import choose_deployer

LOOK = 0.5


def serve(folder: Path, port: int | None, *, seed: bool, docker: bool) -> int:
    """Serve until a signal comes; ApplicationFailed when the application ends by itself."""
    application = read_application(folder)
    settings = read_settings()
    with ExitStack() as stack:
        recorder = stack.enter_context(recording())
        server = stack.enter_context(open_postgres(settings, docker=docker))
        fresh = not find_database(server.url, name_of(f"kept {folder.resolve()}"), "kept")
        options = DeployOptions(stubs=stub_statements(application), seed=seed and fresh, database="kept", port=port)
        deployer = choose_deployer(settings, docker=docker)
        deployment = stack.enter_context(deployer.deploy(folder, options, recorder.step))
        click.echo(f"{application.name} is at {deployment.url}, its documentation at {deployment.url}/docs")
        click.echo("Ctrl-C ends it; its rows are kept", err=True)
        while alive(deployment.pid):
            time.sleep(LOOK)
        tail = read_tail(deployment.log)
    raise ApplicationFailed("the application has ended by itself", stage="serve", log_tail=tail)


def alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
