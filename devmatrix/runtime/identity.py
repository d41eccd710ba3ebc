"""Tell a process from another that got the same number later."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class ProcessIdentity(BaseModel):
    """A process on a machine: its number, when it started, and where."""

    model_config = ConfigDict(frozen=True)

    pid: int
    started: str
    machine: str


def identify(pid: int | None = None) -> ProcessIdentity | None:
    """The identity of a living process (by default this one); None when there is no such process."""
    number = os.getpid() if pid is None else pid
    started = start_of(number)
    return ProcessIdentity(pid=number, started=started, machine=machine_name()) if started else None


def identify_self() -> ProcessIdentity:
    """The identity of this process."""
    return ProcessIdentity(pid=os.getpid(), started=start_of(os.getpid()), machine=machine_name())


def has_died(process: ProcessIdentity) -> bool:
    """Whether the process is known to have ended; one on another machine never is."""
    here, there = machine_name().split("/"), process.machine.split("/")
    if here == there:
        return start_of(process.pid) != process.started
    return here[0] == there[0] and here[1] != there[1]  # the same machine, started anew


def machine_name() -> str:
    """``hostname/boot/pid-namespace``."""
    return f"{socket.gethostname()}/{read_boot()}/{read_namespace()}"


def read_boot() -> str:
    """What is different after each start of the machine; empty where the system does not say."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return boot.read_text().strip() if boot.exists() else ""


def read_namespace() -> str:
    """The space that process numbers live in; empty where the system has but one."""
    space = Path("/proc/self/ns/pid")
    return str(space.readlink()) if space.is_symlink() else ""


def start_of(pid: int) -> str:
    """When a process started, in the system's own terms; empty when it has ended."""
    if sys.platform != "linux":
        return ask_ps(pid)
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, started = fields[0], fields[19]
    return "" if state in {"Z", "X"} else started


def ask_ps(pid: int) -> str:
    """The start of a process as ``ps`` tells it, where there is no ``/proc``."""
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    state, _, started = answer.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else started.strip()
