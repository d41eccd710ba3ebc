"""Plays the scenarios of a folder: against a deployment of our own, or against somebody's application."""

import sys
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import click

from devmatrix.artifacts.reports import SmokeReport
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.errors import ServerUnavailable, words_of
from devmatrix.interfaces.cli.progress import recording
from devmatrix.pipeline.archive import read_application, read_tree
from devmatrix.pipeline.deriving import Deriving
from devmatrix.pipeline.questioning import ask_suite, question
from devmatrix.pipeline.report import locate_all
from devmatrix.runtime.smoke import Target, why_not

ANSWER_SECONDS = 10


def ask_deployed(folder: Path, *, docker: bool) -> SmokeReport:
    """Verdicts on the application in the folder, deployed for the occasion."""
    from devmatrix.wiring import choose_deployer

    application, tree = read_application(folder), read_tree(folder)
    with recording() as recorder:
        deriving = Deriving(folder, recorder)
        deriving.begin(application)
        asked = question(folder, application, deriving, choose_deployer(docker=docker), recorder)
    return locate_all(asked.report, tree)


def ask_running(folder: Path, url: str, database_url: str | None, *, yes: bool) -> SmokeReport:
    """Verdicts on a running application; asks before it writes to somebody's database."""
    application = read_application(folder)
    find_answering(url)
    with recording() as recorder:
        suite = Deriving(folder, recorder).finish(application)
    target = Target(url=url, database_url=database_url, shared=True)
    say_what_is_written(suite, target)
    if not yes:
        agree()
    with recording() as recorder:
        return ask_suite(suite, target, recorder, application=application)


def find_answering(url: str) -> None:
    """Whether anybody answers there at all, asked before anything is written."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=ANSWER_SECONDS):  # noqa: S310
            return
    except urllib.error.HTTPError:
        return  # an answer, whatever it says
    except (OSError, ValueError) as error:
        hint = "start the application with `devmatrix up DIR`, and give the address that it prints"
        raise ServerUnavailable(f"no application answers at {url}: {words_of(error)}", hint=hint) from error


def agree() -> None:
    """Ask on the terminal; without one nobody can agree, so ``--yes`` is needed."""
    if not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask on; --yes agrees")
    if not click.confirm("go on?", err=True):
        raise click.UsageError("nothing was written")


def say_what_is_written(suite: ScenarioSuite, target: Target) -> None:
    """Say which rows go where, and what is left out."""
    from devmatrix.runtime.sql import hide_password

    asked = [scenario for scenario in suite.scenarios if not why_not(scenario, target)]
    click.echo(f"{len(asked)} of {len(suite.scenarios)} scenarios will be asked of {target.url}", err=True)
    if target.database_url is None:
        click.echo("  what their calls make there stays; give --database-url to have it taken out", err=True)
        return
    rows = Counter(f"{row.schema_name}.{row.table}" for scenario in asked for row in scenario.rows)
    click.echo(f"  they put rows into {hide_password(target.database_url)}, and take them out again:", err=True)
    for table, number in sorted(rows.items()):
        click.echo(f"  {number:6} {table}", err=True)
