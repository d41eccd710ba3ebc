"""Start programs that end when we do: on every path, killed or not."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from devmatrix.errors import CommandFailed, DevMatrixError

GUARD = Path(__file__).with_name("guard.py")
TAIL_LINES = 40
KEPT_VARIABLES = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ", "USER")


class Program(BaseModel):
    """What to run, where, with which variables and no others, and the file that gets what it prints."""

    model_config = ConfigDict(frozen=True)

    argv: tuple[str, ...]
    folder: Path
    environment: tuple[tuple[str, str], ...]
    log: Path
    account: tuple[int, int] | None = None
    stops: tuple[tuple[int, float], ...] = ((signal.SIGTERM, 5.0),)


class RunningProgram:
    """A program under its guard: the guard ends it when this process ends, whatever the reason."""

    def __init__(self, program: Program, guard: "subprocess.Popen[bytes]", alive: int, pid: int) -> None:
        self.program = program
        self.pid = pid
        self.guard_pid = guard.pid
        self._guard = guard
        self._alive = alive

    @property
    def log_tail(self) -> str:
        """The last lines that the program printed."""
        return read_tail(self.program.log)

    def exit_code(self) -> int | None:
        """The code that the program ended with, 128 + signal for a signal; None while it runs."""
        return self._guard.poll()

    def finish(self, what: str, timeout: float) -> None:
        """Wait for a good end; raises CommandFailed with the log's tail when it fails or takes too long."""
        try:
            code = self._guard.wait(timeout)
        except subprocess.TimeoutExpired:
            raise self.failure(f"{what} was not done after {timeout:g} s") from None
        if code != 0:
            raise self.failure(f"{what} ended with exit code {code}")

    def failure(self, message: str) -> CommandFailed:
        """The error that shows what the program printed last."""
        return CommandFailed(message, log_tail=self.log_tail, hint=f"the log is {self.program.log}")

    def stop(self) -> None:
        """End the program and everything in its group; a second time changes nothing."""
        if self._alive >= 0:
            os.close(self._alive)
            self._alive = -1
        patience = sum(seconds for _, seconds in self.program.stops) + 10.0
        try:
            self._guard.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._guard.kill()
            self._guard.wait()


def start_program(program: Program) -> RunningProgram:
    """Start a program in a process group of its own; the caller stops it."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    theirs, ours = os.pipe()
    try:
        guard, pids = spawn_guard(program, pipe=theirs)
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return RunningProgram(program, guard, ours, pids[1])


def spawn_guard(
    program: Program, *, pipe: int | None = None, lock: Path | None = None
) -> tuple["subprocess.Popen[bytes]", tuple[int, int]]:
    """Start a guard, with ``lock`` one that outlives us; it, and the pids of guard and program."""
    read_report, report = os.pipe()
    order = {
        "argv": program.argv,
        "pipe": pipe,
        "lock": None if lock is None else str(lock),
        "report": report,
        "stops": program.stops,
        "account": program.account,
        "detach": lock is not None,
    }
    with os.fdopen(read_report, "rb") as answer:
        try:
            with program.log.open("ab") as log:
                guard = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-I", "-S", str(GUARD), json.dumps(order)],
                    cwd=program.folder,
                    env=dict(program.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=[fd for fd in (pipe, report) if fd is not None],
                )
        finally:
            os.close(report)
        words = answer.readline().split()
    if len(words) != 2:
        guard.wait()
        raise CommandFailed(f"{program.argv[0]} did not start", log_tail=read_tail(program.log))
    return guard, (int(words[0]), int(words[1]))


@contextmanager
def running(program: Program) -> Iterator[RunningProgram]:
    """A program that runs as long as the block does."""
    started = start_program(program)
    try:
        yield started
    finally:
        started.stop()


def run_to_end(program: Program, *, timeout: float, what: str) -> None:
    """Run a program to its end; raises CommandFailed with the log's tail when it fails or takes too long."""
    with running(program) as started:
        started.finish(what, timeout)


def wait_until_ready(server: RunningProgram, url: str, *, timeout: float) -> None:
    """Ask ``url`` until it answers 200; raises CommandFailed when the server ends first or takes too long."""
    deadline = time.monotonic() + timeout
    while not is_ready(url):
        if (code := server.exit_code()) is not None:
            raise server.failure(f"the server ended with exit code {code} before it was ready")
        if time.monotonic() > deadline:
            raise server.failure(f"{url} did not answer 200 within {timeout:g} s")
        time.sleep(0.02)


def is_ready(url: str) -> bool:
    """Whether ``url`` answers 200 now, asked without a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2.0) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def choose_port() -> int:
    """A port of the loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def require_port(host: str, port: int) -> None:
    """Raise DevMatrixError when a port cannot be had: another server there might answer in our place."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DevMatrixError(
                f"port {port} of {host} cannot be had: {error.strerror}", hint="name another port, or end what has it"
            ) from error


def plain_environment(more: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """The variables that any program may see, and ``more``; nothing else of ours leaks into it."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return tuple(sorted({**kept, **(more or {})}.items()))


def read_tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 200 * lines))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])
