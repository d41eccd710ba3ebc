"""What the lab found: one record a case, the measures over them, and the learning curve; ``lab.json``."""

from typing import Literal

from devmatrix.artifacts.diagnosis import Cause
from devmatrix.ir.base import Node

Arm = Literal["memory", "no memory", "placebo"]


class Generation(Node):
    """The next build of one application in one arm: how many of the scenarios asked are red in its first pass.

    ``worse``: some are red that were not red without a lesson.
    """

    application: str
    arm: Arm
    same: bool
    """Whether it is the application that the lesson was learnt in."""
    red: int
    asked: int
    worse: int = 0


class Case(Node):
    """One fault, or a pair, in one application, from the first red scenario to the next generations.

    ``reached`` False: the fault makes no difference to any application that was tried. ``file_right``: the place that
    the report names first is in a file that the fault changed; ``guess_right`` the same, before any repair was proved.
    ``problem``: the case ended in an exception; it counts against every measure.
    """

    id: str
    faults: tuple[str, ...]
    families: tuple[str, ...]
    application: str
    expected: tuple[Cause, ...]
    reached: bool = True
    valid: bool = True
    """Whether the application still starts, as a fault must let it, but for start failures."""
    silent: tuple[str, ...] = ()
    """Applications that it makes a difference to, and of which no scenario turned red."""
    first_red: int = 0
    detected: bool = False
    found: tuple[Cause, ...] = ()
    cause_right: bool = False
    file_right: bool = False
    guess_right: bool = False
    repaired: bool = False
    repair: str = ""
    learnt: bool = False
    teachable: bool = False
    """Whether it lies in a pattern, so that the next generation could have it again."""
    lessons: tuple[str, ...] = ()
    """Lessons as JSON."""
    generations: tuple[Generation, ...] = ()
    harmed: tuple[str, ...] = ()
    """Sound applications that are built otherwise with the lesson than without."""
    trees: int = 0
    seconds: float = 0.0
    problem: str = ""


class Measure(Node):
    """A share with its Wilson interval at 95 %; ``promised`` is the bound that it is held to."""

    name: str
    hits: int
    total: int
    share: float
    low: float
    high: float
    promised: str = ""
    kept: bool = True


class Point(Node):
    """One generation of the learning curve: the share of scenarios that are green in the first pass."""

    arm: Arm
    generation: int
    application: str
    passed: int
    asked: int


class LabReport(Node):
    """``lab.json``."""

    version: Literal[1] = 1
    seed: int
    applications: tuple[str, ...]
    scenarios: tuple[int, ...]
    faults: int
    families: tuple[str, ...]
    measures: tuple[Measure, ...]
    by_family: tuple[tuple[str, tuple[Measure, ...]], ...]
    cases: tuple[Case, ...]
    pairs: tuple[Case, ...]
    curve: tuple[Point, ...]
    seconds: float

    @property
    def kept(self) -> bool:
        """Whether every promise is kept."""
        return all(measure.kept for measure in self.measures)
