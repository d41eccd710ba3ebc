"""Derives scenarios in a process of its own, so that rendering and deployment need not wait for them."""

import gc
import os
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

ARGUMENTS = ("-P", "-m", "devmatrix.pipeline.elsewhere")


class Elsewhere:
    """A process that gets ready at once, derives the scenarios of one application, and ends with whoever started it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, *ARGUMENTS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._asked = False

    def derive(self, application: str) -> bytes | None:
        """The scenarios as they are kept, for an application in JSON on one line; None when the process has failed."""
        self._asked = True
        order, answer = self._process.stdin, self._process.stdout
        assert order is not None  # noqa: S101 - both are pipes
        assert answer is not None  # noqa: S101
        if order.closed:
            return None
        with answer, suppress(BrokenPipeError), order:
            order.write(application.encode() + b"\n")
            order.flush()
            written = answer.read()
            return written if self._process.wait() == 0 else None
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nobody waits any more."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not self._asked:
                pipe.close()


def main() -> None:
    """Read an application, write its scenarios; end at once when the other side of the input is closed."""
    gc.disable()  # what is made here is kept to the end, which comes soon
    import devmatrix.expressions.solver
    import devmatrix.scenarios
    from devmatrix.ir.application import ApplicationIR
    from devmatrix.pipeline.archive import write_suite
    from devmatrix.pipeline.deriving import key_of

    text = sys.stdin.buffer.readline()
    if not text:
        return
    threading.Thread(target=_end_with_input, daemon=True).start()
    application = ApplicationIR.from_json(text.decode())
    suite = devmatrix.scenarios.derive_scenarios(application)
    sys.stdout.buffer.write(write_suite(suite, key_of(application)).encode())
    sys.stdout.flush()
    os._exit(0)


def _end_with_input() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
