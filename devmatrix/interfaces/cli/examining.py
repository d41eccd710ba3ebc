"""Looks for the real parts that commands use; each look is the one that the command itself takes."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devmatrix.errors import DevMatrixError
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
        look("home", lambda: writable(settings.home), "where servers and environments are kept", needed=True),
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
        return Part(name, here=False, found=f"{error}; {hint}" if hint else str(error), purpose=purpose, needed=needed)


def writable(home: Path) -> str:
    """The folder, if we may write there."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(there, os.W_OK):
        raise DevMatrixError(f"{home} cannot be written", hint="set DEVMATRIX_HOME to a folder")
    return str(home)


def find_uv() -> str:
    """The uv that makes environments."""
    from devmatrix.runtime import environments

    return environments.find_uv()


def find_postgres(settings: Settings, *, start: bool) -> str:
    """Where PostgreSQL would come from; with ``start`` it is started and asked for its version."""
    from devmatrix.runtime.postgres import open_postgres
    from devmatrix.runtime.sql import connected, hide_password

    if start:
        with open_postgres(settings) as server, connected(server.url) as session:
            return f"PostgreSQL {session.version} ({server.source}) answers"
    if settings.database_url is not None:
        return f"given: {hide_password(settings.database_url)}"
    from devmatrix.runtime.binaries import find_binaries

    return f"out of the wheel: {find_binaries().programs}"


def find_bank() -> str:
    """The bank, and how many versions it holds."""
    from devmatrix.wiring import choose_bank

    with choose_bank() as bank:
        return f"{bank.size()} patterns"


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
