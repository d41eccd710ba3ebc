"""Puts the report of a run together, and leads each red scenario to the code behind it."""

import ast
from collections.abc import Iterable, Iterator

from devmatrix.artifacts.diagnosis import Diagnosis, Suspect
from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.reports import Applied, BindingReport, RunReport, SmokeReport, Verdict
from devmatrix.artifacts.tree import FileTree, Origin
from devmatrix.pipeline.build import Built


def compose_report(spec: str, built: Built, timings: dict[str, float], smoke: SmokeReport | None) -> RunReport:
    """``report.json`` of one run."""
    return RunReport(
        spec=spec,
        ir_digest=built.application.digest,
        files=len(built.tree.files),
        lines=sum(file.text.count("\n") for file in built.tree.files),
        timings=timings,
        bindings=tuple(report_binding(binding) for binding in built.bindings),
        advice=tuple(applied_lessons(built)),
        smoke=None if smoke is None else locate_all(smoke, built.tree),
    )


def applied_lessons(built: Built) -> Iterator[Applied]:
    """Each lesson without which something else would have been built, what it says and for which tasks."""
    tasks: dict[str, list[str]] = {}
    for binding in built.bindings:
        for lesson in binding.lessons:
            tasks.setdefault(lesson, []).append(binding.task)
    told = built.steering
    says = {part.lesson: part.why for part in (*told.exclusions, *told.slots, *told.rewrites)}
    for lesson in sorted(tasks):
        yield Applied(lesson=lesson, action=says.get(lesson, ""), tasks=tuple(tasks[lesson]))


def place_by(smoke: SmokeReport, diagnoses: Iterable[Diagnosis]) -> SmokeReport:
    """The same report; where a diagnosis knows a place better than the operation does, that one stands there."""
    first = {diagnosis.scenario: next(iter(diagnosis.suspects), None) for diagnosis in diagnoses}
    return smoke.model_copy(
        update={"scenarios": tuple(_placed(verdict, first.get(verdict.id)) for verdict in smoke.scenarios)}
    )


def _placed(verdict: Verdict, suspect: Suspect | None) -> Verdict:
    if suspect is None or verdict.verdict != "failed":
        return verdict
    fragment = f"{suspect.pattern}@{suspect.version}#{suspect.fragment}" if suspect.pattern else None
    return verdict.model_copy(update={"file": suspect.file, "line": suspect.line, "fragment": fragment})


def report_binding(binding: Binding) -> BindingReport:
    """The binding as the report shows it."""
    return BindingReport(
        task=binding.task,
        pattern=f"{binding.pattern}@{binding.version}",
        score=binding.score,
        reasons=binding.reasons,
    )


def locate_all(smoke: SmokeReport, tree: FileTree) -> SmokeReport:
    """The same report, its red verdicts with file, line and fragment; a failed start has named its place."""
    verdicts = tuple(
        locate(verdict, tree) if verdict.verdict == "failed" and verdict.cause != "start" else verdict
        for verdict in smoke.scenarios
    )
    return smoke.model_copy(update={"scenarios": verdicts})


def locate(verdict: Verdict, tree: FileTree) -> Verdict:
    """The verdict with the place that serves its operation: of all origins of the node, the one in a service first."""
    places = [
        (file.path, file.text, origin)
        for file in tree.files
        for origin in file.origins
        if origin.node == verdict.operation
    ]
    if not places:
        return verdict
    path, text, origin = min(
        places, key=lambda place: ("/services/" not in place[0], place[0], place[2].qualified_name)
    )
    fragment = f"{origin.pattern}@{origin.version}#{origin.fragment}"
    return verdict.model_copy(update={"file": path, "line": line_of(text, origin), "fragment": fragment})


def line_of(text: str, origin: Origin) -> int:
    """The line on which the named function or class stands; 1 when the whole file is meant or it is gone."""
    if not origin.qualified_name:
        return 1
    try:
        scope: ast.AST = ast.parse(text)
    except SyntaxError:
        return 1
    line = 1
    for name in origin.qualified_name.split("."):
        found = next((node for node in ast.iter_child_nodes(scope) if getattr(node, "name", None) == name), None)
        if found is None:
            return line
        scope, line = found, getattr(found, "lineno", line)
    return line
