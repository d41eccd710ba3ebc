"""Turn the signals that ask us to end into an exception, so that every cleanup runs."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Never

from devmatrix.errors import Interrupted

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Interrupted in the main thread on the first SIGINT, SIGTERM or SIGHUP; later ones are ignored.

    So the cleanup is not disturbed. In any other thread this changes nothing: signals reach the main thread alone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]  # nohup stays nohup
    before = {number: signal.signal(number, interrupt) for number in heard}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, signal.SIG_DFL if previous is None else previous)


def interrupt(number: int, frame: FrameType | None) -> Never:
    """Ignore what follows, and raise."""
    del frame
    for other in ENDING:
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(number)
