"""The only module that picks a bank or a deployer."""

from typing import TYPE_CHECKING

from devmatrix.errors import DevMatrixError
from devmatrix.settings import Settings, read_settings

if TYPE_CHECKING:
    from devmatrix.runtime.deploy import Deployer
    from patternbank.bank import Bank


def choose_bank(trials: tuple[str, ...] = ()) -> "Bank":
    """The bank that the environment names, else the user's own; a failure of the bank is a failure of the machine.

    ``trials`` name candidates that take part as if they were golden.
    """
    from patternbank.errors import PatternBankError
    from patternbank.opening import open_bank
    from patternbank.trial import on_trial

    try:
        return on_trial(open_bank(), trials)
    except PatternBankError as error:
        raise DevMatrixError(str(error), hint=error.hint) from error


def choose_deployer(settings: Settings | None = None, *, docker: bool = False) -> "Deployer":
    """What deploys: processes of this machine, with PostgreSQL out of a container when asked for."""
    from devmatrix.runtime.local import LocalDeployer

    return LocalDeployer(settings or read_settings(), docker_postgres=docker)


def open_scratch_bank() -> "Bank":
    """A bank in memory that holds the shipped patterns and nothing else: what is learnt in it is gone with it."""
    from patternbank.opening import MEMORY, open_bank

    return open_bank(MEMORY)
