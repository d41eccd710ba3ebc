"""Options and arguments that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

SPEC = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


def spec_argument(command: Command) -> Command:
    """``SPEC``: a file that is there."""
    return click.argument("spec", type=SPEC)(command)


def folder_argument(command: Command) -> Command:
    """``DIR``: the folder of a generated application."""
    return click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))(
        command
    )


def out_option(command: Command) -> Command:
    """``--out DIR``."""
    return click.option("--out", "folder", metavar="DIR", type=FOLDER, required=True, help="Folder to write.")(command)


def json_option(command: Command) -> Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(command)


def discard_option(command: Command) -> Command:
    """``--discard-edits``."""
    text = "Replace files that were edited; a copy of them is kept beside the folder."
    return click.option("--discard-edits", is_flag=True, help=text)(command)


def docker_option(command: Command) -> Command:
    """``--docker``."""
    return click.option("--docker", is_flag=True, help="Take PostgreSQL out of a container.")(command)


def try_option(command: Command) -> Command:
    """``--try NAME[@VERSION]``."""
    text = "Let this candidate take part as if it were golden; may be given again. The run is proof for its promotion."
    return click.option("--try", "trials", metavar="NAME[@VERSION]", multiple=True, help=text)(command)
