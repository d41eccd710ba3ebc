"""Share one server between all processes that use it, and leave none behind.

Each user holds a shared lock on ``use.lock``. The server's guard waits for the exclusive one, and stops the server when
it gets it; the last user that leaves in good order does not wait for that, and stops the server itself. The kernel
drops the lock of a killed user; a killed guard takes its server along (Linux), or the next user ends what it left.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from devmatrix.errors import CommandFailed, ServerUnavailable
from devmatrix.runtime.account import make_private
from devmatrix.runtime.identity import ProcessIdentity, has_died, identify
from devmatrix.runtime.locks import FileLock, locked
from devmatrix.runtime.processes import Program, choose_port, read_tail, spawn_guard
from devmatrix.runtime.sql import check_version, connected

ATTEMPTS = 3
PATIENCE_TO_STOP = 40.0
PAUSE = 0.01

Describe = Callable[[int], tuple[Program, str]]
"""For a port: the program to run and the address that it will answer at."""


class Recipe(BaseModel):
    """A kind of shared server: the folder of its control files and how to get ready for a start."""

    model_config = ConfigDict(frozen=True)

    control: Path
    prepare: Callable[[], Describe]

    @property
    def note(self) -> Path:
        """The file that tells where the server is; it carries the password."""
        return self.control / "server.json"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.control / "server.log"

    @property
    def use_lock(self) -> Path:
        """Shared by the users, exclusive to whoever stops the server."""
        return self.control / "use.lock"


class Note(BaseModel):
    """A server that was started, and its guard."""

    model_config = ConfigDict(frozen=True)

    guard: ProcessIdentity
    server: ProcessIdentity
    url: str

    def has_ended(self) -> bool:
        """Whether neither the server nor its guard is there any more."""
        return has_died(self.server) and has_died(self.guard)


@contextmanager
def share_server(recipe: Recipe, patience: float) -> Iterator[str]:
    """Use the shared server, started if need be, for the length of the block; its address."""
    make_private(recipe.control, None)
    use = FileLock(recipe.use_lock)
    try:
        use.acquire(shared=True, patience=patience)
        with locked(recipe.control / "start.lock", patience=2 * patience):
            note = find_server(recipe, patience) or start_server(recipe, patience)
        yield note.url
    finally:
        leave_server(recipe, use)


def leave_server(recipe: Recipe, use: FileLock) -> None:
    """Use the server no more; when nobody else does, it has ended when this returns."""
    try:
        with locked(recipe.control / "start.lock"):
            note = read_note(recipe)
            if note is None:
                return
            if use.try_acquire():
                stop_server(recipe, note)
            elif not use.try_acquire(shared=True):  # the guard was faster
                wait_until(note.has_ended, PATIENCE_TO_STOP)
    finally:
        use.release()


def find_server(recipe: Recipe, patience: float) -> Note | None:
    """The server that runs, guarded, and answers; what is left of any other is ended."""
    note = read_note(recipe)
    if note is None:
        return None
    if not has_died(note.server) and not has_died(note.guard):
        with suppress(CommandFailed):
            wait_for_answer(recipe, note, patience)
            return note
    stop_server(recipe, note)
    return None


def start_server(recipe: Recipe, patience: float) -> Note:
    """Start a guarded server on a free port; tries again, for somebody may take the port first."""
    describe = recipe.prepare()
    attempt = 1
    while True:
        note = launch(recipe, *describe(choose_port()))
        try:
            wait_for_answer(recipe, note, patience)
        except CommandFailed as error:
            stop_server(recipe, note)
            if attempt == ATTEMPTS:
                reason = f"{error}\n{error.log_tail}".strip()
                raise ServerUnavailable(reason, hint=f"the log is {recipe.log}") from error
            attempt += 1
        else:
            return note


def launch(recipe: Recipe, program: Program, url: str) -> Note:
    """Start the program under a guard that outlives us, and note both before anything else can happen."""
    recipe.log.unlink(missing_ok=True)
    starter, (guard, server) = spawn_guard(program, lock=recipe.use_lock)
    starter.wait()
    note = Note(guard=identity_of(guard), server=identity_of(server), url=url)
    staged = recipe.note.with_suffix(".new")
    staged.touch(mode=0o600)
    staged.write_text(note.model_dump_json())
    staged.replace(recipe.note)
    return note


def identity_of(pid: int) -> ProcessIdentity:
    """The identity of a process that we started; one that has ended already is noted as such."""
    return identify(pid) or ProcessIdentity(pid=pid, started="", machine="")


def read_note(recipe: Recipe) -> Note | None:
    """The note of the last server; None when there is none."""
    try:
        return Note.model_validate_json(recipe.note.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def wait_for_answer(recipe: Recipe, note: Note, patience: float) -> None:
    """Connect until it works; raises CommandFailed when the server ends first or takes too long."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with connected(note.url) as session:
                check_version(session)
                return
        except ServerUnavailable as error:
            if has_died(note.server) or time.monotonic() > deadline:
                raise CommandFailed(f"PostgreSQL did not start: {error}", log_tail=read_tail(recipe.log)) from error
        time.sleep(PAUSE)


def stop_server(recipe: Recipe, note: Note) -> None:
    """End the server through its guard, or without it when the guard has died."""
    if not has_died(note.guard):
        send(note.guard.pid, signal.SIGTERM)
    elif not has_died(note.server):
        send(note.server.pid, signal.SIGINT)
    if not wait_until(note.has_ended, PATIENCE_TO_STOP):
        for process in (note.server, note.guard):
            if not has_died(process):
                send(process.pid, signal.SIGKILL)
        wait_until(note.has_ended, 5.0)
    recipe.note.unlink(missing_ok=True)


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may have ended in the meantime."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_until(condition: Callable[[], bool], patience: float) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True
