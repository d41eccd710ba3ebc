"""PostgreSQL in a container, when asked for; guarded and shared like our own."""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from devmatrix.errors import ServerUnavailable
from devmatrix.runtime.processes import Program, plain_environment

IMAGE = "postgres:17"
INITDB = "--locale-provider=builtin --builtin-locale=C.UTF-8 --encoding=UTF8"
DOCKER_VARIABLES = ("DOCKER_CERT_PATH", "DOCKER_CONFIG", "DOCKER_CONTEXT", "DOCKER_HOST", "DOCKER_TLS_VERIFY")


def prepare_docker(control: Path) -> str:
    """Write a password for a new container; raises ServerUnavailable when no engine answers. Returns the password."""
    if shutil.which("docker") is None:
        raise ServerUnavailable("there is no docker command", hint="install Docker, or leave --docker out")
    answer = run_docker("version", "--format", "{{.Server.Version}}")
    if answer.returncode != 0:
        reason = answer.stderr.strip()
        raise ServerUnavailable(f"the Docker engine does not answer: {reason}", hint="start it, or leave --docker out")
    run_docker("rm", "--force", "--volumes", container_name(control))  # a killed engine or guard may have left one
    if run_docker("image", "inspect", IMAGE).returncode != 0:
        pulled = run_docker("pull", "--quiet", IMAGE)
        if pulled.returncode != 0:
            raise ServerUnavailable(f"the image {IMAGE} cannot be had: {pulled.stderr.strip()}", hint="pull it by hand")
    password = secrets.token_hex(24)
    file = control / "container.env"
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as text:
        text.write(f"POSTGRES_USER=devmatrix\nPOSTGRES_PASSWORD={password}\nPOSTGRES_DB=postgres\n")
        text.write(f"POSTGRES_INITDB_ARGS={INITDB}\n")
    return password


def docker_program(control: Path, port: int) -> Program:
    """A container in the foreground: the client passes the guard's signals on, and the container goes with it."""
    return Program(
        argv=(
            *("docker", "run", "--rm", "--name", container_name(control), "--label", "devmatrix=postgres"),
            *("--env-file", str(control / "container.env"), "--publish", f"127.0.0.1:{port}:5432"),
            *(IMAGE, "-c", "max_connections=200", "-c", "jit=off"),
        ),
        folder=Path("/"),
        environment=docker_environment(),
        log=control / "server.log",
        stops=((signal.SIGINT, 20.0), (signal.SIGTERM, 10.0)),
    )


def docker_url(password: str, port: int) -> str:
    """The address of the container's administrative database."""
    return f"postgresql://devmatrix:{password}@127.0.0.1:{port}/postgres"


def container_name(control: Path) -> str:
    """One container for each control folder."""
    return "devmatrix-postgres-" + hashlib.sha256(os.fsencode(control.resolve())).hexdigest()[:12]


def docker_environment() -> tuple[tuple[str, str], ...]:
    """What the docker command may see."""
    return plain_environment(more={name: os.environ[name] for name in DOCKER_VARIABLES if name in os.environ})


def run_docker(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run the docker command to its end."""
    command, variables = ["docker", *words], dict(docker_environment())
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)  # noqa: S603
