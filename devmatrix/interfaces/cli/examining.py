"""Looks for the real parts that commands use; each look is the one that the command itself takes."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from devmatrix.errors import DevMatrixError, words_of
from devmatrix.settings import Settings, read_settings

PATIENCE = 10


@dataclass(frozen=True)
class Part:
    """A part: whether it is here, what was found (or why not), and what it is for."""

    name: str
    here: bool
    found: str
    purpose: str
    needed: bool


def examine(*, start: bool) -> tuple[Part, ...]:
    """All parts, needed ones first."""
    settings = read_settings()
    return (
        look("home", lambda: find_home(settings), "where servers and environments are kept", needed=True),
        look("uv", find_uv, "environments of generated applications", needed=True),
        look("PostgreSQL", lambda: find_postgres(settings, start=start), "run, smoke, up", needed=True),
        look("pattern bank", find_bank, "generate, run, explain", needed=True),
        look("solver", find_solver, "scenarios that break exactly one condition", needed=True),
        look("Docker", find_docker, "--docker", needed=False),
    )


def look(name: str, find: Callable[[], str], purpose: str, *, needed: bool) -> Part:
    """A part and what became of looking for it."""
    try:
        return Part(name, here=True, found=find(), purpose=purpose, needed=needed)
    except (DevMatrixError, OSError, ImportError, subprocess.SubprocessError) as error:
        hint = getattr(error, "hint", "")
        said = words_of(error)
        return Part(name, here=False, found=f"{said}; {hint}" if hint else said, purpose=purpose, needed=needed)


def find_home(settings: Settings) -> str:
    """The folder, if things can be kept there."""
    from devmatrix.runtime.home import check_home

    check_home(settings)
    return str(settings.home)


def find_uv() -> str:
    """The uv that makes environments."""
    from devmatrix.runtime import environments

    return environments.find_uv()


def find_postgres(settings: Settings, *, start: bool) -> str:
    """The given server, asked whether it is new enough and lets us make databases; else where ours would come from.

    With ``start`` our own is started and asked too.
    """
    from devmatrix.runtime.postgres import open_postgres
    from devmatrix.runtime.sql import connected, hide_password

    if start or settings.database_url is not None:
        with open_postgres(settings) as server, connected(server.url) as session:
            place = hide_password(server.url) if server.source == "given" else "out of the wheel"
            return f"PostgreSQL {session.version} answers and lets us make databases ({place})"
    from devmatrix.runtime.binaries import find_binaries

    return f"out of the wheel: {find_binaries().programs}"


def find_bank() -> str:
    """The bank, how many versions it holds, and whether the servers that it is on answer."""
    from devmatrix.wiring import choose_bank
    from patternbank.opening import say_where

    with choose_bank() as bank:
        return f"{bank.size()} patterns in {say_where(bank)}"


def find_solver() -> str:
    """The version of the solver."""
    from importlib.metadata import version

    return f"z3 {version('z3-solver')}"


def find_docker() -> str:
    """The version of the engine, if one answers."""
    if shutil.which("docker") is None:
        raise DevMatrixError("no docker on the PATH")
    words = ["docker", "info", "--format", "{{.ServerVersion}}"]
    answer = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    if answer.returncode != 0:
        raise DevMatrixError("the engine does not answer", hint="start it")
    return f"engine {answer.stdout.strip()}"
