"""Bind a pattern to each task, with the reasons kept."""

from collections.abc import Callable, Iterable

from devmatrix.artifacts.plan import Binding, Plan, Reason, Task
from devmatrix.artifacts.steering import NOTHING, Steering, Told
from devmatrix.diagnostics import Diagnostic, Span, in_order
from devmatrix.diagnostics.catalogue_ir import severity_of
from devmatrix.planning.composition import missing_requirements, selection_conflicts
from devmatrix.planning.questions import Answer, Patterns, Questions
from devmatrix.planning.tasks import APPLICATION
from patternbank.patterns import PatternManifest
from patternbank.retrieval import Candidate

NOWHERE = Span(file="<plan>", line=1, column=1, end_line=1, end_column=1)


Advise = Callable[[Task], Steering]
"""What is told of one task."""


def _nothing(_: Task) -> Steering:
    return NOTHING


def bind(
    plan: Plan, bank: Patterns, steering: Steering = NOTHING, advise: Advise = _nothing
) -> tuple[tuple[Binding, ...], tuple[Diagnostic, ...]]:
    """A binding for each task, in the order of the plan, and what stands against the selection.

    ``steering`` excludes versions, sets slots and rewrites; so does what ``advise`` says of every task. Where all that
    there is would be excluded, nothing is: no application fails to be built for a lesson.

    What a chosen pattern requires and nobody provides is asked of the bank as a task of its own. A capability of the
    application that a chosen pattern provides besides its own is not asked for again.
    """
    selection = _Selection(plan, bank, steering, advise)
    for task in plan.tasks:
        selection.choose(task)
    selection.complete(plan)
    return tuple(selection.bindings), in_order((*selection.findings, *selection.conflicts()))


class _Selection:
    """The patterns that are chosen so far."""

    def __init__(self, plan: Plan, bank: Patterns, steering: Steering, advise: Advise) -> None:
        self.questions = Questions(bank, plan)
        self.steering = steering
        self.advise = advise
        self.bindings: list[Binding] = []
        self.findings: list[Diagnostic] = []
        self.manifests: dict[str, PatternManifest] = {}
        self.served: set[str] = set()

    def choose(self, task: Task) -> None:
        """The best pattern for a task; a finding where there is none."""
        if task.node == APPLICATION and task.capability in self.served:
            return
        steering = self.steering | self.advise(task)
        answer, told = self.ask(task, steering)
        if (best := answer.best) is None:
            self.findings.append(_gap(task, answer))
            return
        if task.node == APPLICATION and best.pattern in self.manifests:
            return
        self.bindings.append(_bound(task, best, answer, steering, told))
        if best.pattern not in self.manifests:
            manifest = self.questions.version(best.name, best.version).manifest
            self.manifests[best.pattern] = manifest
            self.served |= {manifest.name, *manifest.capabilities}

    def ask(self, task: Task, steering: Steering) -> tuple[Answer, tuple[Told, ...]]:
        """The bank's answer, and the exclusions without which it would be another one."""
        plain = answer = self.questions.ask(task)
        meant = [part for part in steering.exclusions if _meant(part, task)]
        excluded = {part.reference for part in meant}
        left: list[str] = []
        while answer.best is not None and answer.best.pattern in excluded:
            left.append(answer.best.pattern)
            answer = self.questions.ask(task, tuple(sorted(left)))
        if answer.best is None:
            return plain, ()
        return answer, tuple(part for part in meant if part.reference in left)

    def complete(self, plan: Plan) -> None:
        """Ask for what chosen patterns require until nothing more is missing."""
        asked = {task.capability for task in plan.tasks}
        while missing := [item for item in missing_requirements(self.manifests) if item.wanted not in asked]:
            for item in missing:
                if item.wanted not in asked and item.wanted not in self.served:
                    self.require(plan, item.wanted, item.pattern)
                asked.add(item.wanted)

    def require(self, plan: Plan, capability: str, pattern: str) -> None:
        """A task for a capability that a chosen pattern needs."""
        base = next((task for task in plan.tasks if task.node == APPLICATION), plan.tasks[0])
        title = f"required by {pattern}"
        task = base.model_copy(update={"id": f"required:{capability}", "capability": capability, "title": title})
        answer = self.questions.ask(task)
        if answer.best is None:
            message = f"{pattern} requires '{capability}', and {answer.reason}"
            fix = f"add a pattern that provides '{capability}' (`patternbank add`), or bind another one than {pattern}"
            self.findings.append(_finding("DM803", None, message, fix))
        else:
            self.choose(task)

    def conflicts(self) -> Iterable[Diagnostic]:
        """Pairs of chosen patterns that do not go together."""
        for first, second, over in selection_conflicts(self.manifests):
            message = f"{first} and {second} do not go together: {first} conflicts with '{over}'"
            yield _finding("DM804", None, message, "retire one of the two, or bind another pattern in its place")


def _bound(task: Task, best: Candidate, answer: Answer, steering: Steering, told: tuple[Told, ...]) -> Binding:
    """The binding, with the slots that are set and what is rewritten for it."""
    slots = tuple(part for part in steering.slots if part.reference == best.pattern and _meant(part, task))
    rewrites = tuple(part for part in steering.rewrites if part.reference == best.pattern and _meant(part, task))
    parts: tuple[Told, ...] = (*told, *slots, *rewrites)
    return Binding(
        task=task.id,
        capability=task.capability,
        node=task.node,
        pattern=best.name,
        version=best.version,
        digest=best.digest,
        score=best.score,
        reasons=(*(Reason(kind="lesson", text=part.why) for part in parts if part.why), *answer.reasons),
        rejected=answer.rejected,
        slots=tuple(sorted({part.slot: part.value for part in slots}.items())),
        rewrites=rewrites,
        lessons=tuple(sorted({part.lesson for part in parts if part.lesson})),
    )


def _meant(part: Told, task: Task) -> bool:
    return part.concerns(task.capability, task.node)


def _gap(task: Task, answer: Answer) -> Diagnostic:
    fix = f"add a pattern that provides '{task.capability}' (`patternbank add`)"
    if answer.close:
        message = f"for {task.id} ({task.title}) the bank has nothing close enough: {answer.reason}"
        return _finding("DM802", task.span, message, fix)
    return _finding("DM801", task.span, f"for {task.id} ({task.title}) there is no pattern: {answer.reason}", fix)


def _finding(code: str, span: Span | None, message: str, fix: str) -> Diagnostic:
    return Diagnostic(code=code, severity=severity_of(code), message=message, fix=fix, span=span or NOWHERE)
