"""Red scenarios of a small application, in short form."""

from typing import Any

from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.reports import Difference, Exchange, Verdict
from devmatrix.artifacts.scenarios import Call, Expectation, Scenario, Step
from devmatrix.artifacts.terms import Given
from devmatrix.ir.api import Operation
from tests.scenarios.shop import depot


def operation(verb: str, entity: str = "Bin") -> Operation:
    """The first operation of the application that does this with rows of an entity."""
    return next(item for item in depot().api.operations if (item.verb, item.entity) == (verb, entity))


def call(of: Operation, status: int, role: Any = "act") -> Call:
    """A call of an operation."""
    return Call(
        role=role, operation=of.id, method=of.method, path=Given(value=of.path), expect=Expectation(status=status)
    )


def scenario(of: Operation, *steps: Step, kind: Any = "happy", name: str = "one") -> Scenario:
    """A scenario of an operation."""
    return Scenario(id=f"{of.wire}/{name}", title="", kind=kind, operation=of.id, covers=(), steps=steps)


def red(
    of: Scenario, cause: Any, *places: str, statuses: tuple[int, int | None] = (200, 200), log: str = ""
) -> Verdict:
    """A failed verdict; ``statuses`` are those of the call that failed."""
    return Verdict(
        id=of.id,
        kind=of.kind,
        operation=of.operation,
        covers=(),
        expected=str(statuses[0]),
        actual="no answer" if statuses[1] is None else str(statuses[1]),
        verdict="failed",
        cause=cause,
        differences=tuple(Difference(place=place, expected="a", actual="b") for place in places),
        exchanges=tuple(
            Exchange(method="GET", url="/", status=statuses[1]) for step in of.steps if isinstance(step, Call)
        ),
        log=log,
    )


def green(of: Scenario) -> Verdict:
    """A passed verdict."""
    return red(of, None).model_copy(update={"verdict": "passed"})


def seen(of: Scenario, role: Any = "act", **more: Any) -> Observation:
    """What a replay showed that failed again."""
    return Observation(scenario=of.id, **{"again": True, "times": 2, "role": role, "step": len(of.steps) - 1, **more})
