"""What the environment decides, read once."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from devmatrix.errors import DevMatrixError


class Timeouts(BaseModel):
    """Seconds that a step may take before it is given up."""

    model_config = ConfigDict(frozen=True)

    server_start: float = 60.0
    install: float = 900.0
    migrate: float = 120.0
    seed: float = 120.0
    ready: float = 60.0
    stop: float = 10.0


class Settings(BaseModel):
    """Where things are kept and which servers are given."""

    model_config = ConfigDict(frozen=True)

    home: Path
    database_url: str | None = None
    timeouts: Timeouts = Timeouts()

    @property
    def environments(self) -> Path:
        """Virtual environments of generated applications."""
        return self.home / "environments"

    @property
    def postgres(self) -> Path:
        """Control files of our own PostgreSQL; its rows too, unless we are root."""
        return self.home / "postgres"

    @property
    def runs(self) -> Path:
        """Records of living runs, for the next one to clean up after a killed one."""
        return self.home / "runs"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings out of ``environment`` (by default the process's own); raises DevMatrixError on a bad value."""
    given = os.environ if environment is None else environment
    return Settings(
        home=find_home(given),
        database_url=given.get("DATABASE_URL") or None,
        timeouts=read_timeouts(given),
    )


def find_home(given: Mapping[str, str]) -> Path:
    """``DEVMATRIX_HOME``, else ``$XDG_DATA_HOME/devmatrix``, else ``~/.local/share/devmatrix``; always absolute."""
    if named := given.get("DEVMATRIX_HOME"):
        return Path(named).expanduser().absolute()
    if (base := Path(given.get("XDG_DATA_HOME", ""))).is_absolute():
        return base / "devmatrix"
    user_home = given.get("HOME")
    if not user_home:
        raise DevMatrixError("there is no home folder to keep servers in", hint="set DEVMATRIX_HOME to a folder")
    return Path(user_home).absolute() / ".local" / "share" / "devmatrix"


def read_timeouts(given: Mapping[str, str]) -> Timeouts:
    """``DEVMATRIX_TIMEOUT_<STEP>`` in seconds overrides a default."""
    changes: dict[str, float] = {}
    for step in Timeouts.model_fields:
        name = f"DEVMATRIX_TIMEOUT_{step.upper()}"
        if name not in given:
            continue
        try:
            changes[step] = float(given[name])
        except ValueError as error:
            raise DevMatrixError(f"{name} is not a number of seconds: {given[name]!r}") from error
    return Timeouts(**changes)
