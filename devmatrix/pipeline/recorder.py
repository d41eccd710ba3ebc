"""Times the stages, and tells whoever listens which one begins and ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Event:
    """A stage begins, goes on (``done`` of ``total``, ``red`` of them failed, ``skipped`` not asked), ends or fails."""

    stage: str
    state: Literal["begun", "moving", "done", "failed"]
    seconds: float = 0.0
    done: int = 0
    total: int = 0
    red: int = 0
    skipped: int = 0


Listener = Callable[[Event], None]


def hear_nothing(_: Event) -> None:
    """A listener for those who do not want to know."""


class Recorder:
    """Keeps the seconds of each stage; a stage that runs twice is added up."""

    def __init__(self, listener: Listener = hear_nothing) -> None:
        self._listener = listener
        self._timings: dict[str, float] = {}

    @property
    def timings(self) -> dict[str, float]:
        """Seconds by stage, in the order in which the stages ended."""
        return {stage: round(seconds, 3) for stage, seconds in self._timings.items()}

    @contextmanager
    def step(self, stage: str) -> Iterator[None]:
        """A stage for the length of the block."""
        self._listener(Event(stage, "begun"))
        started = time.perf_counter()
        try:
            yield
        except BaseException:
            self._listener(Event(stage, "failed", time.perf_counter() - started))
            raise
        seconds = time.perf_counter() - started
        self._timings[stage] = self._timings.get(stage, 0.0) + seconds
        self._listener(Event(stage, "done", seconds))

    def run(
        self,
        stage: str,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """The function's result, its time written down under ``stage``."""
        with self.step(stage):
            return function(*args, **kwargs)

    def move(self, stage: str, done: int, total: int, red: int, skipped: int = 0) -> None:
        """Tell how far a stage is."""
        self._listener(Event(stage, "moving", done=done, total=total, red=red, skipped=skipped))
