"""What a run found: verdicts of scenarios and the report that stays with the application."""

from typing import Literal

from pydantic import JsonValue

from devmatrix.artifacts.plan import Reason
from devmatrix.ir.base import Node

Outcome = Literal["passed", "failed", "skipped"]

SmokeCause = Literal[
    "start", "rows", "no answer", "preparation", "status", "answer", "database", "unresolved", "together", "growth",
]  # fmt: skip
"""Why a scenario is red: the application does not get up, its rows did not go in, nothing answered, a call before the
judged one went wrong, the status or the rest of the answer differs, the database holds something else, a value that
it needs never came, calls made together did not end as if one had come after the other, or more statements are needed
where more rows are."""


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


class BindingReport(Node):
    """Which pattern built what, and why."""

    task: str
    pattern: str
    score: float
    reasons: tuple[Reason, ...] = ()


class Repair(Node):
    """One repair that was tried."""

    scenario: str
    cause: str
    action: str
    diff: str
    proved: bool


class RunReport(Node):
    """``report.json``."""

    version: Literal[1] = 1
    spec: str
    ir_digest: str
    files: int
    lines: int
    timings: dict[str, float]
    bindings: tuple[BindingReport, ...]
    advice: tuple[str, ...] = ()
    smoke: SmokeReport | None = None
    repairs: tuple[Repair, ...] = ()
    lessons: tuple[str, ...] = ()
