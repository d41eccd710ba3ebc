"""Keep a record of every living run, so that the next one can clean up after one that was killed."""

import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from devmatrix.runtime.identity import ProcessIdentity, has_died, identify, identify_self
from devmatrix.runtime.processes import RunningProgram
from devmatrix.settings import Settings

RECORD = "run.json"
KEPT_LOGS = 20


class RunRecord(BaseModel):
    """Who runs, and which processes it started."""

    model_config = ConfigDict(frozen=True)

    owner: ProcessIdentity
    processes: tuple[ProcessIdentity, ...] = ()


class RunFolder:
    """The folder of one run: its record and its logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._record = RunRecord(owner=identify_self())
        self._write()

    def log(self, name: str) -> Path:
        """Where a program of this run logs to."""
        return self.folder / f"{name}.log"

    def note(self, program: RunningProgram) -> None:
        """Put a program and its guard on record."""
        found = tuple(identify(pid) for pid in (program.guard_pid, program.pid))
        living = tuple(process for process in found if process is not None)
        self._record = self._record.model_copy(update={"processes": (*self._record.processes, *living)})
        self._write()

    def close(self) -> None:
        """Nothing of this run lives any more; its logs stay until they are the oldest."""
        (self.folder / RECORD).unlink(missing_ok=True)

    def _write(self) -> None:
        staged = self.folder / f"{RECORD}.new"
        staged.write_text(self._record.model_dump_json(indent=2))
        staged.replace(self.folder / RECORD)


@contextmanager
def recorded_run(settings: Settings) -> Iterator[RunFolder]:
    """The folder of a new run, for the length of the block; its logs are kept only when the block fails."""
    end_leftovers(settings)
    folder = settings.runs / f"{os.getpid()}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    run = RunFolder(folder)
    try:
        yield run
    except BaseException:
        run.close()
        raise
    shutil.rmtree(folder, ignore_errors=True)


def end_leftovers(settings: Settings) -> tuple[int, ...]:
    """End what runs that died have left behind, and forget their oldest logs; the pids that were ended."""
    ended: list[int] = []
    for path in sorted(settings.runs.glob(f"*/{RECORD}")):
        record = read_record(path)
        if record is not None and not has_died(record.owner):
            continue
        if record is not None:
            ended.extend(process.pid for process in record.processes if end(process))
        path.unlink(missing_ok=True)
    forget_logs(settings)
    return tuple(ended)


def read_record(path: Path) -> RunRecord | None:
    """A record; None when it cannot be read, or is gone."""
    try:
        return RunRecord.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def end(process: ProcessIdentity) -> bool:
    """Kill a process and its group if it is still the one on record; whether it was."""
    if identify(process.pid) != process:
        return False
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return True


def forget_logs(settings: Settings) -> None:
    """Remove the oldest folders of ended runs."""
    ended = [folder for folder in settings.runs.glob("*") if not (folder / RECORD).exists()]
    for folder in sorted(ended, key=modified)[:-KEPT_LOGS]:
        shutil.rmtree(folder, ignore_errors=True)


def modified(folder: Path) -> float:
    """When a folder was changed last; 0 for one that another run has just removed."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
