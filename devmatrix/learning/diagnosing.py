"""Join what is known of every red scenario: its cause, the places that may be to blame, and what it is known by."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from devmatrix.artifacts.diagnosis import Cause, Diagnosis, Observation
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.reports import SmokeReport, Verdict
from devmatrix.artifacts.scenarios import Scenario, ScenarioSuite
from devmatrix.artifacts.tracing import frames_of
from devmatrix.artifacts.tree import FileTree
from devmatrix.ir.application import ApplicationIR
from devmatrix.learning.causes import REFUSED, cause_of, failed_step, main_cause
from devmatrix.learning.signature import sign
from devmatrix.learning.suspects import Spectrum, Symptom, spectrum_of, suspects_of

CRASH = 500

__all__ = ["diagnose", "main_cause"]


def diagnose(
    report: SmokeReport,
    suite: ScenarioSuite,
    observations: Iterable[Observation],
    application: ApplicationIR,
    tree: FileTree,
    bindings: Iterable[Binding] = (),
) -> tuple[Diagnosis, ...]:
    """A diagnosis of each red verdict, in the order of the report.

    A scenario that was not watched takes the cause of those of its operation and kind that were, where they agree, and
    else the one that its verdict alone allows. ``bindings`` say what each pattern is there for; without them the
    ranking knows only what every place serves.
    """
    seen = {item.scenario: item for item in observations}
    scenarios = {scenario.id: scenario for scenario in suite.scenarios}
    red = [verdict for verdict in report.scenarios if verdict.verdict == "failed"]
    causes = _causes(red, seen, scenarios, application)
    symptoms = {v.id: _symptom(v, seen.get(v.id), cause) for v in red if (cause := causes[v.id]) is not None}
    kinds = {symptom.kind for symptom in symptoms.values()}
    alike = (verdict for verdict in report.scenarios if verdict.verdict == "passed" and verdict.kind in kinds)
    green = Counter(verdict.operation for verdict in alike)
    spectrum = spectrum_of(symptoms.values(), green, application, tree, bindings)
    return tuple(
        _diagnosis(v, seen.get(v.id), symptoms.get(v.id), scenarios.get(v.id), spectrum, application) for v in red
    )


def _diagnosis(
    verdict: Verdict,
    observation: Observation | None,
    symptom: Symptom | None,
    scenario: Scenario | None,
    spectrum: Spectrum,
    application: ApplicationIR,
) -> Diagnosis:
    """What is known of one red scenario; without a symptom it did not fail again."""
    suspects = suspects_of(spectrum, symptom) if symptom else ()
    first = suspects[0] if suspects else None
    step = failed_step(verdict, observation, scenario)
    return Diagnosis(
        scenario=verdict.id,
        kind=verdict.kind,
        operation=verdict.operation,
        cause=symptom.cause if symptom else None,
        flaky=symptom is None,
        observation=observation,
        suspects=suspects,
        signature=sign(symptom.cause, verdict, observation, step, first, application) if symptom else None,
    )


def _causes(
    red: Sequence[Verdict],
    seen: Mapping[str, Observation],
    scenarios: Mapping[str, Scenario],
    application: ApplicationIR,
) -> dict[str, Cause | None]:
    """The cause of each red scenario; of one that was not watched, that of its group."""
    own = {v.id: cause_of(v, seen.get(v.id), scenarios.get(v.id), application) for v in red}
    agreed = _agreed(red, seen, own)
    return {v.id: own[v.id] if v.id in seen else agreed.get(_group(v), own[v.id]) for v in red}


def _symptom(verdict: Verdict, observation: Observation | None, cause: Cause) -> Symptom:
    if verdict.cause == "start":
        return Symptom(verdict.operation, verdict.id.rpartition("/")[2], cause, _frames(verdict))
    if observation is None:
        return Symptom(verdict.operation, verdict.kind, cause)
    expected, actual = observation.expected, observation.actual
    crashed = observation.failure == "no answer" or any(item >= CRASH for item in (actual, *_answered(verdict)) if item)
    other = cause == "WRONG_STATUS_CODE" and bool(expected and actual) and max(expected or 0, actual or 0) < REFUSED
    frames = observation.frames if crashed else ()
    return Symptom(verdict.operation, verdict.kind, cause, frames, other and expected != actual)


def _answered(verdict: Verdict) -> tuple[int | None, ...]:
    """The status of the last answer."""
    return tuple(exchange.status for exchange in verdict.exchanges[-1:])


def _frames(verdict: Verdict) -> tuple[tuple[str, int], ...]:
    """Where an application fell that did not get up."""
    last = ((verdict.file, verdict.line),) if verdict.file is not None and verdict.line is not None else ()
    return (*last, *frames_of(verdict.log or ""))


def _agreed(
    red: Sequence[Verdict], seen: Mapping[str, Observation], causes: Mapping[str, Cause | None]
) -> dict[tuple[str, str], Cause]:
    """Operation and kind -> the one cause of all its scenarios that were watched and failed again."""
    groups: dict[tuple[str, str], set[Cause]] = {}
    for verdict in red:
        cause = causes[verdict.id]
        if verdict.id in seen and cause is not None:
            groups.setdefault(_group(verdict), set()).add(cause)
    return {group: next(iter(found)) for group, found in groups.items() if len(found) == 1}


def _group(verdict: Verdict) -> tuple[str, str]:
    return verdict.operation, verdict.kind
