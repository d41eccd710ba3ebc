"""A figure, what was promised of it, and how it is printed."""

import resource
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure. ``limit`` None: nothing was promised; ``at_least`` turns the comparison round."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        """The figure as a line."""
        promise = "" if self.limit is None else f"{'>=' if self.at_least else '<='} {self.limit:g} {self.unit}"
        verdict = "" if self.limit is None else ("kept" if self.kept else "BROKEN")
        return f"{self.name:<46} {self.value:>9.3f} {self.unit:<6} {promise:<14} {verdict:<7} {self.note}".rstrip()


def cpu_seconds() -> float:
    """Seconds of the processor that this process and those that it started have used: no neighbour disturbs them."""
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
