"""An application that was generated, deployed and questioned by the command line itself."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devmatrix.settings import Settings

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).parent / "devmatrix"
Ended = subprocess.CompletedProcess[str]
Command = Callable[..., Ended]


@pytest.fixture(scope="session")
def variables(runtime_settings: Settings) -> dict[str, str]:
    """The environment of a user whose home is a folder of the tests."""
    home = runtime_settings.home
    return {**os.environ, "DEVMATRIX_HOME": str(home), "PATTERNBANK_PATH": str(home / "bank.sqlite")}


@pytest.fixture(scope="session")
def devmatrix(variables: dict[str, str]) -> Command:
    """Call it with the words of a command line."""

    def call(*words: str) -> Ended:
        return subprocess.run(
            [PROGRAM, *words],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return call


@pytest.fixture(scope="session")
def round_trip(devmatrix: Command, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """The folder of an application, and how the run ended."""
    folder = tmp_path_factory.mktemp("round") / "app"
    return folder, devmatrix("run", str(ROOT / "seeds" / "specs" / "simple_task_api.md"), "--out", str(folder))
