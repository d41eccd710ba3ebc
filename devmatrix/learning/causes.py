"""Decide the one cause of a red scenario, by a table and never by the words of a message."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, get_args

from devmatrix.artifacts.diagnosis import Cause, Diagnosis, Observation
from devmatrix.artifacts.reports import Verdict
from devmatrix.artifacts.scenarios import Call, DatabaseCheck, Growth, Scenario, ScenarioKind, Step, Together
from devmatrix.ir.application import ApplicationIR

PRECEDENCE: tuple[Cause, ...] = get_args(Cause)
ACCESS = frozenset({401, 403})
REFUSED = 400
HAPPY: ScenarioKind = "happy"


@dataclass(frozen=True)
class Evidence:
    """What a red scenario showed: its verdict, and what was read while it was played again, if it was."""

    verdict: Verdict
    seen: Observation | None
    step: Step | None
    application: ApplicationIR

    @property
    def failure(self) -> str:
        """Why it is red, as verdicts say it."""
        return (self.seen.failure if self.seen else "") or self.verdict.cause or ""

    @property
    def role(self) -> str:
        """The step that failed."""
        if self.seen is not None:
            return self.seen.role
        if self.failure in ("rows", "together"):
            return self.failure
        if isinstance(self.step, Call):
            return self.step.role
        return "database" if isinstance(self.step, DatabaseCheck) else "act"

    @property
    def statuses(self) -> tuple[int | None, int | None]:
        """Expected and actual status of the call that failed; twice the same where no status was wrong."""
        if self.seen is not None and self.role != "observe":
            return self.seen.expected, self.seen.actual
        if self.failure not in ("status", "preparation", "no answer"):
            return None, None
        return _number(self.verdict.expected), _number(self.verdict.actual)

    @property
    def other_status(self) -> bool:
        """Whether a call answered another status than predicted, or nothing."""
        expected, actual = self.statuses
        return self.failure == "no answer" or expected != actual

    @property
    def places(self) -> tuple[str, ...]:
        """Where the answer differs."""
        return self.seen.places if self.seen else tuple(item.place for item in self.verdict.differences)

    @property
    def refused(self) -> bool:
        """Whether the judged call had to be refused."""
        return self.seen is not None and (self.seen.expected or 0) >= REFUSED


class Decision(NamedTuple):
    """A row of the table: the cause, what must hold for it, and the same in words."""

    cause: Cause
    holds: Callable[[Evidence], bool]
    words: str


def _lacks(evidence: Evidence) -> bool:
    return evidence.seen is not None and bool(evidence.seen.missing)


def _access(evidence: Evidence) -> bool:
    return evidence.other_status and bool(ACCESS & set(evidence.statuses))


def _status(evidence: Evidence) -> bool:
    return evidence.role == "rows" or (evidence.role in ("act", "prepare") and evidence.other_status)


def _wrote_although_refused(evidence: Evidence) -> bool:
    return evidence.refused and evidence.seen is not None and bool(evidence.seen.changes)


def _wrote_more(evidence: Evidence) -> bool:
    return evidence.seen is not None and bool(evidence.seen.beyond) and not evidence.seen.absent


def _wrote_less(evidence: Evidence) -> bool:
    return evidence.role == "database" or (evidence.seen is not None and bool(evidence.seen.absent))


def _lists_otherwise(evidence: Evidence) -> bool:
    """Other members, another order, total or page: not a member that is the right one and looks otherwise."""
    step = evidence.step
    if not isinstance(step, Call) or step.operation is None or evidence.failure != "answer":
        return False
    operation = evidence.application.operation(step.operation)
    if operation.verb != "list" or operation.entity is None:
        return False
    key = evidence.application.entity(operation.entity).key_field.wire
    return any(_is_of_list(place.split("/")[1:], key) for place in evidence.places if place.startswith("/"))


def _is_of_list(path: list[str], key: str) -> bool:
    member = next((at for at, part in enumerate(path) if part.isdigit()), None)
    return member is None or path[member + 1 :] in ([], [key])


DECISIONS: tuple[Decision, ...] = (
    Decision("START_FAILURE", lambda e: e.failure == "start", "the application does not get up"),
    Decision(
        "MISSING_PRECONDITION",
        _lacks,
        "a row that the judged call needs was not put in, and a reading before the call does not find it",
    ),
    Decision("LOST_UPDATE", lambda e: e.role == "together", "calls at one time end as no order of them can"),
    Decision("ACCESS_VIOLATION", _access, "401 or 403 is predicted and not answered, or answered and not predicted"),
    Decision(
        "WRONG_STATUS_CODE",
        _status,
        "the judged call or one before it answers another status, or nothing; or rows that are allowed are not taken",
    ),
    Decision("UNEXPECTED_SIDE_EFFECT", _wrote_although_refused, "the call is refused as predicted, and rows changed"),
    Decision("UNEXPECTED_SIDE_EFFECT", _wrote_more, "all predicted changes came, and others with them"),
    Decision(
        "MISSING_SIDE_EFFECT", _wrote_less, "a predicted change did not come, or the database holds another value there"
    ),
    Decision(
        "WRONG_STATUS_CODE",
        lambda e: e.role == "observe" and e.other_status,
        "a call that only looks answers another status although the database holds what is predicted",
    ),
    Decision("QUERY_MISMATCH", _lists_otherwise, "a list has other members, another order, total or page"),
    Decision("PERFORMANCE", lambda e: e.failure == "growth", "more rows need more statements"),
    Decision("RESPONSE_MISMATCH", lambda _: True, "whatever else differs in the answer"),
)
"""The first row that holds decides."""


def cause_of(
    verdict: Verdict, observation: Observation | None, scenario: Scenario | None, application: ApplicationIR
) -> Cause | None:
    """The cause of a red scenario; None when it was played again and did not fail again.

    Without an observation nothing is known of the database, and only the verdict decides. ``scenario`` None: the
    application did not get up.
    """
    if observation is not None and not observation.again:
        return None
    evidence = Evidence(verdict, observation, failed_step(verdict, observation, scenario), application)
    return next(decision.cause for decision in DECISIONS if decision.holds(evidence))


def main_cause(diagnoses: Iterable[Diagnosis]) -> Cause | None:
    """The cause of an application that fails: the commonest, of equally common ones the first of the table.

    Where the happy path of an operation is red, its other red scenarios follow from that and have no say.
    """
    found = [item for item in diagnoses if item.cause is not None]
    broken = {item.operation for item in found if item.kind == HAPPY}
    counts = Counter(item.cause for item in found if item.kind == HAPPY or item.operation not in broken)
    return max(counts, key=lambda cause: (counts[cause], -PRECEDENCE.index(cause)), default=None)


def failed_step(verdict: Verdict, observation: Observation | None, scenario: Scenario | None) -> Step | None:
    """The step that failed: the one that was seen to, else the last one that the exchanges reach.

    Of a call that is made over few and over many rows, the first stands for both.
    """
    step = _failed_step(verdict, observation, scenario)
    return step.few if isinstance(step, Growth) else step


def _failed_step(verdict: Verdict, observation: Observation | None, scenario: Scenario | None) -> Step | None:
    if scenario is None or verdict.cause == "rows":
        return None
    steps = _in_turn(scenario)
    if observation is not None and observation.step is not None:
        together = observation.role == "together"
        return (scenario.steps if together else steps)[observation.step]
    if verdict.cause == "database":
        return next((step for step in steps if isinstance(step, DatabaseCheck)), None)
    calls = [step for step in steps if isinstance(step, Call | Growth)]
    return calls[min(len(verdict.exchanges), len(calls)) - 1] if calls and verdict.exchanges else None


def _in_turn(scenario: Scenario) -> list[Step]:
    """The steps, calls that are made together one by one."""
    return [item for step in scenario.steps for item in (step.calls if isinstance(step, Together) else (step,))]


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None
