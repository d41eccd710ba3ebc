"""What a run found: verdicts of scenarios and the report that stays with the application."""

from typing import Literal

from pydantic import JsonValue

from devmatrix.artifacts.diagnosis import Diagnosis
from devmatrix.artifacts.outcomes import Outcome as Outcome
from devmatrix.artifacts.outcomes import SmokeCause as SmokeCause
from devmatrix.artifacts.plan import Reason
from devmatrix.ir.base import Node


class Exchange(Node):
    """One request and its answer, as they travelled (bodies cut at 10 000 characters)."""

    method: str
    url: str
    request: JsonValue = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    response: JsonValue = None
    seconds: float = 0.0


class Difference(Node):
    """One place where the answer is not what the model predicted."""

    place: str
    expected: str
    actual: str


class Verdict(Node):
    """What became of one scenario."""

    id: str
    kind: str
    operation: str
    covers: tuple[str, ...]
    expected: str
    actual: str
    verdict: Outcome
    cause: SmokeCause | None = None
    reason: str | None = None
    differences: tuple[Difference, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    log: str | None = None
    file: str | None = None
    line: int | None = None
    fragment: str | None = None


class ObligationCount(Node):
    """How the obligations ended; ``unasked``: a scenario shows them, and it was skipped."""

    covered: int = 0
    unreachable: int = 0
    unsolved: int = 0
    unasked: int = 0


class OpenObligation(Node):
    """An obligation that no scenario shows: none can (``implied_by`` says why), or the solver gave up (``reason``)."""

    id: str
    status: Literal["unreachable", "unsolved"]
    implied_by: tuple[str, ...] = ()
    reason: str = ""


class SmokeReport(Node):
    """All verdicts of one round."""

    total: int
    passed: int
    failed: int
    skipped: int
    obligations: ObligationCount
    open: tuple[OpenObligation, ...] = ()
    scenarios: tuple[Verdict, ...]


class FirstPass(Node):
    """Counts of a round that something was repaired after."""

    total: int
    passed: int
    failed: int


class BindingReport(Node):
    """Which pattern built what, and why."""

    task: str
    pattern: str
    score: float
    reasons: tuple[Reason, ...] = ()


RepairKind = Literal["rebind", "slot", "ignore", "rewrite", "edit", "seed plan"]
"""Another version, a slot, a lesson forgotten, a codemod, an edit of the tree, or rows derived anew."""


class Repair(Node):
    """One repair: ``scenarios`` failed and pass with it, ``scenario`` is the first of them.

    ``proved``: they pass and nothing else changed. What was not proved was taken back; ``diff`` is then empty.
    """

    scenario: str
    cause: str
    action: str
    diff: str
    proved: bool
    kind: RepairKind = "rebind"
    scenarios: tuple[str, ...] = ()


class Applied(Node):
    """A lesson that had a say in a build: what it did, and for which tasks."""

    lesson: str
    action: str
    tasks: tuple[str, ...]


class LessonReport(Node):
    """A lesson that the run wrote back: what it says, and what became of it."""

    lesson: str
    says: str
    status: str
    why: str


class RunReport(Node):
    """``report.json``."""

    version: Literal[1] = 1
    spec: str
    ir_digest: str
    files: int
    lines: int
    timings: dict[str, float]
    bindings: tuple[BindingReport, ...]
    advice: tuple[Applied, ...] = ()
    """Lessons that were applied."""
    smoke: SmokeReport | None = None
    """The last round: after repairs, if any was proved."""
    first: FirstPass | None = None
    """What the first round said, before anything was repaired."""
    diagnoses: tuple[Diagnosis, ...] = ()
    """What is known of each scenario that was red in the first round."""
    repairs: tuple[Repair, ...] = ()
    lessons: tuple[LessonReport, ...] = ()
    """Lessons written back."""
