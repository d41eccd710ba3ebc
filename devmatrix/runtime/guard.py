"""Run one program and stop it, with its children, as soon as nobody needs it: a script, standard library only.

The one argument is an order in JSON: ``argv``; ``pipe`` (a file descriptor: needed until its other end closes) or
``lock`` (a file: needed while anybody holds a shared lock on it); ``report`` (a file descriptor that gets "guard-pid
program-pid"); ``stops`` (pairs of signal and seconds of patience, before SIGKILL); ``account`` (uid, gid) or null;
``detach`` (whether to outlive the process that started this one).
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import sys
import threading
from typing import Any

UNNEEDED, ENDED = b"u", b"e"
SET_PARENT_DEATH_SIGNAL = 1


def main() -> None:
    """Start the program, wait until it ends or is needed no more, leave with its exit code."""
    order: dict[str, Any] = json.loads(sys.argv[1])
    if order["detach"] and os.fork():
        os._exit(0)
    events, tell = os.pipe()
    program = start_program(order)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: os.write(tell, UNNEEDED))
    os.write(order["report"], f"{os.getpid()} {program}\n".encode())
    os.close(order["report"])
    codes: list[int] = []
    threading.Thread(target=watch_program, args=(program, tell, codes), daemon=True).start()
    threading.Thread(target=watch_need, args=(order, tell), daemon=True).start()
    if os.read(events, 1) == UNNEEDED:
        stop_program(program, order["stops"], events)
    signal_group(program, signal.SIGKILL)
    sys.stdout.flush()
    os._exit(codes[0] if codes else 1)


def start_program(order: dict[str, Any]) -> int:
    """Fork and execute the program in a process group of its own; its pid."""
    guard = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    program = os.fork()
    if program:
        return program
    try:
        os.setpgid(0, 0)
        for descriptor in (order["report"], order["pipe"]):
            if descriptor is not None:
                os.close(descriptor)
        if order["account"]:
            uid, gid = order["account"]
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        if libc is not None:  # a guard that is killed takes its program along
            first_stop: int = order["stops"][0][0]
            libc.prctl(SET_PARENT_DEATH_SIGNAL, first_stop)
            if os.getppid() != guard:
                os._exit(1)
        os.execvpe(order["argv"][0], order["argv"], os.environ)  # noqa: S606
    except OSError as error:
        os.write(2, f"{order['argv'][0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def watch_program(program: int, tell: int, codes: list[int]) -> None:
    """Wait for the end of the program and note its exit code, 128 + signal when a signal ended it."""
    code = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
    codes.append(code if code >= 0 else 128 - code)
    os.write(tell, ENDED)


def watch_need(order: dict[str, Any], tell: int) -> None:
    """Wait until nobody needs the program; a lock that is won is held until this process ends."""
    if order["lock"] is not None:
        fcntl.flock(os.open(order["lock"], os.O_RDWR | os.O_CLOEXEC), fcntl.LOCK_EX)
    else:
        os.read(order["pipe"], 1)
    os.write(tell, UNNEEDED)


def stop_program(program: int, stops: list[tuple[int, float]], events: int) -> None:
    """Signal the program's group, ever harder, until it has ended."""
    for number, patience in stops:
        signal_group(program, number)
        if has_ended(events, patience):
            return
    signal_group(program, signal.SIGKILL)
    has_ended(events, 5.0)


def has_ended(events: int, patience: float) -> bool:
    """Whether the end of the program is told within ``patience`` seconds."""
    while select.select([events], [], [], patience)[0]:
        if os.read(events, 1) == ENDED:
            return True
    return False


def signal_group(program: int, number: int) -> None:
    """Signal every process in the program's group, if there is one."""
    try:
        os.killpg(program, number)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    main()
