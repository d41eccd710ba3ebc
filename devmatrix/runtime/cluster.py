"""Make a PostgreSQL cluster in our own folder and say how its server is started."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from devmatrix.errors import ServerUnavailable
from devmatrix.runtime.account import Lodging
from devmatrix.runtime.binaries import Binaries
from devmatrix.runtime.processes import Program, plain_environment, read_tail

ROLE = "devmatrix"
OPTIONS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=128MB",
    "huge_pages=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
)
STOPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))


class Cluster(BaseModel):
    """A cluster that is ours: its programs, where it lives, its password and its log."""

    model_config = ConfigDict(frozen=True)

    binaries: Binaries
    lodging: Lodging
    log: Path

    @property
    def rows(self) -> Path:
        """What PostgreSQL calls the data directory; a major version has its own."""
        return self.lodging.folder / f"cluster-{self.binaries.major}"

    @property
    def password_file(self) -> Path:
        """A file that only its owner reads."""
        return self.lodging.folder / f"password-{self.binaries.major}"

    def url(self, port: int) -> str:
        """The address of the server's own database, with the password."""
        password = self.password_file.read_text().strip()
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/postgres"


def make_cluster(cluster: Cluster) -> None:
    """Run ``initdb`` unless it has been done; a killed one is done again."""
    if cluster.rows.exists() and cluster.password_file.exists():
        return
    if cluster.rows.exists():
        raise ServerUnavailable(
            f"the password of {cluster.rows} is gone", hint=f"move {cluster.rows} away, and a new cluster is made"
        )
    write_password(cluster.password_file, cluster.lodging.account)
    staged = cluster.rows.with_suffix(".new")
    shutil.rmtree(staged, ignore_errors=True)
    uid, gid = cluster.lodging.account or (None, None)
    command = (
        str(cluster.binaries.initdb),
        f"--pgdata={staged}",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--encoding=UTF8",
        "--auth=scram-sha-256",
        f"--username={ROLE}",
        f"--pwfile={cluster.password_file}",
        "--no-instructions",
    )
    done = subprocess.run(  # noqa: S603
        command,
        cwd="/",
        env=dict(plain_environment()),
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ServerUnavailable(
            f"initdb failed: {done.stderr.strip()}", hint=f"is there room on the disk of {cluster.lodging.folder}?"
        )
    staged.rename(cluster.rows)


def write_password(path: Path, account: tuple[int, int] | None) -> None:
    """Write a new random password that only the server's account reads."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(24) + "\n")
    if account is not None:
        os.chown(path, *account)


def server_program(cluster: Cluster, port: int) -> Program:
    """How the server is run on a port; it logs to our file and talks to the loopback alone."""
    options = (*OPTIONS, f"port={port}")
    settings = [word for option in options for word in ("-c", option)]
    return Program(
        argv=(str(cluster.binaries.postgres), "-D", str(cluster.rows), *settings),
        folder=Path("/"),
        environment=plain_environment(),
        log=cluster.log,
        account=cluster.lodging.account,
        stops=STOPS,
    )


def repair_cluster(cluster: Cluster) -> None:
    """Remove a ``postmaster.pid`` whose process is no server of this cluster any more; a living one is a failure."""
    note = cluster.rows / "postmaster.pid"
    if not note.exists():
        return
    first = note.read_text().partition("\n")[0]
    if first.isdigit() and serves(int(first), cluster):
        raise ServerUnavailable(
            f"process {first} already serves {cluster.rows}, and not for us", hint=f"end process {first}"
        )
    note.unlink()


def serves(pid: int, cluster: Cluster) -> bool:
    """Whether a process is a server on this cluster; where the system does not tell, a living one is believed to be."""
    if not Path("/proc/self/cmdline").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return False
        return True
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return os.fsencode(cluster.rows) in words


def explain_failure(cluster: Cluster) -> str:
    """What the server said last."""
    return read_tail(cluster.log)
