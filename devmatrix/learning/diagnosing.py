"""Join what is known of every red scenario: its cause, the places that may be to blame, and what it is known by."""

from collections.abc import Iterable, Mapping, Sequence

from devmatrix.artifacts.diagnosis import Cause, Diagnosis, Observation
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.reports import SmokeReport, Verdict
from devmatrix.artifacts.scenarios import ScenarioSuite, Step
from devmatrix.artifacts.tracing import frames_of
from devmatrix.artifacts.tree import FileTree
from devmatrix.ir.application import ApplicationIR
from devmatrix.learning.causes import cause_of, failed_step, main_cause
from devmatrix.learning.signature import sign
from devmatrix.learning.suspects import Spectrum, spectrum_of, suspects_of

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
    else the one that its verdict alone allows. ``bindings`` say what each pattern is there for; without them the$
    ranking knows only what every place serves.
    """
    seen = {item.scenario: item for item in observations}
    scenarios = {scenario.id: scenario for scenario in suite.scenarios}
    red = [verdict for verdict in report.scenarios if verdict.verdict == "failed"]
    causes = {v.id: cause_of(v, seen.get(v.id), scenarios.get(v.id), application) for v in red}
    agreed = _agreed(red, seen, causes)
    counted = [verdict for verdict in report.scenarios if not _is_flaky(seen.get(verdict.id))]
    spectrum = spectrum_of(counted, application, tree, bindings)
    found = []
    for verdict in red:
        observation = seen.get(verdict.id)
        cause = causes[verdict.id] if observation else agreed.get(_group(verdict), causes[verdict.id])
        step = failed_step(verdict, observation, scenarios.get(verdict.id))
        found.append(_diagnosis(verdict, observation, cause, step, spectrum, application))
    return tuple(found)


def _diagnosis(
    verdict: Verdict,
    observation: Observation | None,
    cause: Cause | None,
    step: Step | None,
    spectrum: Spectrum,
    application: ApplicationIR,
) -> Diagnosis:
    if cause is None:
        return Diagnosis(
            scenario=verdict.id,
            kind=verdict.kind,
            operation=verdict.operation,
            cause=None,
            flaky=True,
            observation=observation,
        )
    frames = observation.frames if observation else _frames(verdict)
    suspects = suspects_of(spectrum, verdict.kind, cause, verdict.operation, frames)
    return Diagnosis(
        scenario=verdict.id,
        kind=verdict.kind,
        operation=verdict.operation,
        cause=cause,
        observation=observation,
        suspects=suspects,
        signature=sign(cause, verdict, observation, step, suspects[0] if suspects else None, application),
    )


def _frames(verdict: Verdict) -> tuple[tuple[str, int], ...]:
    """What is known of a traceback without a replay: only where the application fell when it started."""
    if verdict.cause != "start":
        return ()  # the log of a whole round holds tracebacks of other scenarios too
    last = ((verdict.file, verdict.line),) if verdict.file is not None and verdict.line is not None else ()
    return (*frames_of(verdict.log or ""), *last)


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


def _is_flaky(observation: Observation | None) -> bool:
    return observation is not None and not observation.again
