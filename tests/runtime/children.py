"""Python children that tests start and kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from devmatrix.runtime.identity import start_of


def start_child(script: str, **variables: str) -> "subprocess.Popen[str]":
    """A Python that runs ``script``; what it prints first says that it is where the test wants it."""
    return subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, **variables}
    )


def first_line(child: "subprocess.Popen[str]") -> str:
    """What the child says when it is ready."""
    assert child.stdout is not None
    line = child.stdout.readline().strip()
    assert line, f"the child ended with {child.wait()}"
    return line


def kill(child: "subprocess.Popen[str]", number: signal.Signals = signal.SIGKILL) -> int:
    """Signal a child and wait for its end; its exit code."""
    child.send_signal(number)
    code = child.wait(30)
    assert child.stdout is not None
    child.stdout.close()
    return code


def comes_true(condition: Callable[[], bool], patience: float = 20.0) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_gone(pid: int) -> bool:
    """Whether no process has this number."""
    return start_of(pid) == ""


def mentions(text: str) -> list[int]:
    """The living processes whose command line holds ``text``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if text in command and int(path.parent.name) != os.getpid():
            found.append(int(path.parent.name))
    return found
