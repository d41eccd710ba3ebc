"""Computes something aside while the main thread waits for programs of others."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Aside(Generic[Result]):
    """A computation in a thread of its own; it does not keep the process alive when the command is interrupted."""

    def __init__(self, compute: Callable[[], Result]) -> None:
        self._compute = compute
        self._results: list[Result] = []
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True, name="devmatrix aside")
        self._thread.start()

    def result(self) -> Result:
        """The result, waited for; raises what the computation raised."""
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._compute())
        except BaseException as error:  # noqa: BLE001 - raised again by result()
            self._failure = error
