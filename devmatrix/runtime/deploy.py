"""What every deployer offers, local or in containers: an application that runs for the length of a block."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from devmatrix.runtime.postgres import PostgresServer

Step = Callable[[str], AbstractContextManager[object]]
"""Called with the name of a step; what it returns is entered when the step begins and left when it ends."""


class DeployOptions(BaseModel):
    """How an application is deployed."""

    model_config = ConfigDict(frozen=True)

    stubs: tuple[str, ...] = ()
    """SQL that makes the external tables, run before the migrations."""
    seed: bool = False
    """Whether ``scripts/seed_db.py`` fills the database."""
    database: Literal["own", "kept"] = "own"
    """A database that is dropped at the end, or the one that this folder always gets."""
    host: str = "127.0.0.1"
    port: int | None = None
    """None: one that is free."""
    environment: tuple[tuple[str, str], ...] = ()
    """More variables for the application."""


class Deployment(BaseModel):
    """An application that answers."""

    model_config = ConfigDict(frozen=True)

    folder: Path
    url: str
    database_url: str
    log: Path
    pid: int
    server: PostgresServer
    template: str
    """The name of the migrated, empty database: clone it with ``databases.lent_database``."""


class Deployer(Protocol):
    """Deploys the application in a folder."""

    def deploy(
        self, folder: Path, options: DeployOptions, step: Step = nullcontext
    ) -> AbstractContextManager[Deployment]:
        """The application, ready, until the block ends.

        Raises ApplicationFailed when it does not get up, another DevMatrixError when the machine fails.
        """
