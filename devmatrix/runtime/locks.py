"""File locks between processes: the kernel lets go of them however a process ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devmatrix.errors import DevMatrixError

PAUSE = 0.02


class FileLock:
    """A lock on an open file, shared or exclusive, until it is closed."""

    def __init__(self, path: Path) -> None:
        flags = os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT
        self.path = path
        self._descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)

    def acquire(self, *, shared: bool = False, patience: float = 60.0) -> None:
        """Take the lock, or change its kind; raises DevMatrixError after ``patience`` seconds."""
        deadline = time.monotonic() + patience
        while not self.try_acquire(shared=shared):
            if time.monotonic() > deadline:
                raise DevMatrixError(f"{self.path} is locked by another process", hint="wait for it to end")
            time.sleep(PAUSE)

    def try_acquire(self, *, shared: bool = False) -> bool:
        """Take the lock if it is free; whether it was."""
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let go of the lock and close the file; a second time changes nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@contextmanager
def locked(path: Path, *, patience: float = 60.0) -> Iterator[None]:
    """Hold ``path`` exclusively."""
    lock = FileLock(path)
    try:
        lock.acquire(patience=patience)
        yield
    finally:
        lock.release()
