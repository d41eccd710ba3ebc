"""Make the virtual environment of a generated application, keyed by its lock file, and use it again."""

import hashlib
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from devmatrix.errors import CommandFailed, EnvironmentFailed
from devmatrix.runtime.locks import locked
from devmatrix.runtime.processes import Program, plain_environment, run_to_end
from devmatrix.settings import Settings

LOCK_FILE = "requirements.lock"
OFFLINE_SIGNS = ("dns error", "failed to fetch", "could not connect", "tcp connect error", "network connectivity")
INDEX_VARIABLES = ("UV_", "PIP_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "XDG_", "SSL_", "NETRC")


class Environment(BaseModel):
    """An environment that is complete: its folder and its interpreter."""

    model_config = ConfigDict(frozen=True)

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter that sees the packages of the lock file and no others."""
        return self.folder / "bin" / "python"


def ensure_environment(settings: Settings, lock_file: Path) -> Environment:
    """The environment of a lock file with hashes, made if it is not there; raises EnvironmentFailed."""
    if not lock_file.is_file():
        raise EnvironmentFailed(f"{lock_file} does not exist", hint="generate the application again")
    folder = settings.environments / environment_key(lock_file.read_bytes())
    environment = Environment(folder=folder)
    if is_complete(environment):
        os.utime(folder)
        return environment
    settings.environments.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock"), patience=settings.timeouts.install):
        if not is_complete(environment):
            build_environment(settings, lock_file, folder)
    return environment


def environment_key(lock: bytes) -> str:
    """What an environment depends on: the lock file, the interpreter and the machine."""
    words = (base_python(), platform.python_implementation(), platform.python_version(), platform.machine())
    return hashlib.sha256(lock + "\0".join(words).encode()).hexdigest()[:20]


def base_python() -> str:
    """The interpreter beneath our own environment."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def is_complete(environment: Environment) -> bool:
    """Whether the environment is there and its interpreter too; it appears only when it is finished."""
    return environment.python.exists()


def build_environment(settings: Settings, lock_file: Path, folder: Path) -> None:
    """Make the environment beside its place and move it there in one step."""
    for leftover in folder.parent.glob(f"{folder.name}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    staged = Path(tempfile.mkdtemp(prefix=f"{folder.name}.new-", dir=folder.parent))
    log = staged.parent / f"{folder.name}.log"
    log.unlink(missing_ok=True)
    python = str(staged / "bin" / "python")
    sync = ("pip", "sync", "--require-hashes", "--compile-bytecode", "--python", python, str(lock_file.absolute()))
    try:
        run_uv(
            settings, log, "venv", "--clear", "--relocatable", "--no-project", "--python", base_python(), str(staged)
        )
        run_uv(settings, log, *sync)
        staged.rename(folder)
    except CommandFailed as error:
        raise EnvironmentFailed(f"{error}\n{error.log_tail}", hint=advise(error.log_tail, log)) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def run_uv(settings: Settings, log: Path, *words: str) -> None:
    """Run uv to its end; it sees where packages come from, and no environment but the one that is named."""
    more = {name: value for name, value in os.environ.items() if name.upper().startswith(INDEX_VARIABLES)}
    more.pop("UV_PROJECT_ENVIRONMENT", None)
    program = Program(
        argv=(find_uv(), *words, "--color", "never", "--no-progress"),
        folder=log.parent,
        environment=plain_environment(more),
        log=log,
    )
    run_to_end(program, timeout=settings.timeouts.install, what=f"uv {words[0]}")


def find_uv() -> str:
    """The uv of our own installation, else one on the PATH."""
    try:
        from uv import find_uv_bin

        return find_uv_bin()
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise EnvironmentFailed("there is no uv to make environments with", hint="pip install uv")
    return found


def advise(log_tail: str, log: Path) -> str:
    """What to do about a failed installation."""
    if "certificate" in log_tail.lower():
        return "the package index is not trusted: name the certificates of your network with SSL_CERT_FILE"
    if any(sign in log_tail.lower() for sign in OFFLINE_SIGNS):
        return (
            "the package index cannot be reached: check the network, or name another with UV_INDEX_URL; "
            "packages that were installed once are taken from uv's cache"
        )
    return f"the log is {log}"
