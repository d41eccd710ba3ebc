"""Make sure that there is a place for servers, environments and records."""

import os
import tempfile
from pathlib import Path

from devmatrix.errors import DevMatrixError, words_of
from devmatrix.settings import Settings

HINT = "set DEVMATRIX_HOME to a folder that you may write, on a disk with room"


def ensure_home(settings: Settings) -> None:
    """Make the home if it is not there, and write into it once; raises DevMatrixError when that cannot be."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home) as probe:
            probe.write(b"room")
    except OSError as error:
        raise refuse_home(settings.home, words_of(error)) from error


def check_home(settings: Settings) -> None:
    """Raise DevMatrixError if the home could not be made or written; nothing is made."""
    there = next(place for place in (settings.home, *settings.home.parents) if os.path.lexists(place))
    if not there.is_dir():
        raise refuse_home(settings.home, f"{there} is not a folder")
    if not os.access(there, os.W_OK | os.X_OK) or is_of_the_kernel(there):
        raise refuse_home(settings.home, f"{there} cannot be written")


def is_of_the_kernel(place: Path) -> bool:
    """Whether a place shows the kernel and keeps nothing."""
    return Path(os.path.realpath(place)).parts[:2] in {("/", "proc"), ("/", "sys")}


def refuse_home(home: Path, why: str) -> DevMatrixError:
    """The failure that says which place and why."""
    return DevMatrixError(f"nothing can be kept in {home}: {why}", hint=HINT)
