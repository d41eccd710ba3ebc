"""The pure half: the text of a spec becomes an application in memory, or findings."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.steering import NOTHING, Steering, Words
from devmatrix.artifacts.tree import FileTree
from devmatrix.diagnostics import Diagnostic, Span, has_errors, in_order
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import Node
from devmatrix.pipeline.recorder import Recorder

if TYPE_CHECKING:
    from devmatrix.backend.fastapi import CannotLower
    from patternbank.bank import Bank


class Reading(Node):
    """What a spec says: the refined application (None after an error) and everything there is to say about the text."""

    application: ApplicationIR | None
    diagnostics: tuple[Diagnostic, ...]


class Bound(Node):
    """A pattern for every task, and what was told besides the bank."""

    bindings: tuple[Binding, ...]
    steering: Steering = NOTHING
    words: tuple[Words, ...] = ()
    unread: tuple[str, ...] = ()


class Built(Node):
    """A whole application in memory; ``suite`` is None until somebody asks for it."""

    application: ApplicationIR
    diagnostics: tuple[Diagnostic, ...]
    bindings: tuple[Binding, ...]
    tree: FileTree
    suite: ScenarioSuite | None = None
    revision: str = ""
    """The bank's, when the patterns were chosen."""
    steering: Steering = NOTHING
    """What lessons and trials had to say; a binding names the lessons that changed it."""
    words: tuple[Words, ...] = ()
    """What lessons say to whoever writes."""
    unread: tuple[str, ...] = ()
    """Lessons in a form that this release does not know; nothing is done about them."""
    spoilt: tuple[str, ...] = ()
    """Lessons that were left out because nothing could be built with them."""


def read(content: bytes, file: str, recorder: Recorder) -> Reading:
    """Check and lower the bytes of a spec; ``file`` is its name in findings. No text makes it raise."""
    from devmatrix.checks import check_application
    from devmatrix.frontend import read_spec_bytes
    from devmatrix.passes import refine

    application, found = recorder.run("read", read_spec_bytes, content, file)
    if application is None or has_errors(found):
        return Reading(application=None, diagnostics=in_order(found))
    refined = recorder.run("refine", refine, application)
    found = in_order((*found, *recorder.run("check", check_application, refined)))
    if not has_errors(found):
        found = in_order((*found, *recorder.run("check target", _check_target, refined)))
    return Reading(application=None if has_errors(found) else refined, diagnostics=found)


def _check_target(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """What the text says that the target has no form for."""
    if not any(o.where is not None for o in application.api.operations) and not any(
        field.computed is not None for entity in application.domain.entities for field in entity.fields
    ):
        return ()
    from devmatrix.backend.fastapi import unaskable

    return tuple(_not_lowered(error) for error in unaskable(application))


def bind_patterns(
    application: ApplicationIR, bank: "Bank", recorder: Recorder, steering: Steering = NOTHING
) -> Bound | Reading:
    """A pattern for every task of the application; a Reading with the findings where there is none.

    The lessons of the bank are asked about every task; ``steering`` is told besides.
    """
    from devmatrix.learning.advisor import AntiPatternAdvisor
    from devmatrix.planning import bind, plan

    planned = recorder.run("plan", plan, application)
    advisor = recorder.run("advise", AntiPatternAdvisor, bank, planned, steering.ignored)
    bindings, found = recorder.run("select", bind, planned, bank, steering, advisor.advise)
    if has_errors(found):
        return Reading(application=None, diagnostics=in_order(found))
    return Bound(
        bindings=bindings,
        steering=steering | advisor.told,
        words=tuple(advisor.words),
        unread=tuple(sorted(advisor.unreadable)),
    )


def chosen(bound: Bound | Built) -> list[tuple[object, ...]]:
    """What of bindings decides what is rendered."""
    return [(item.task, item.digest, item.slots, item.rewrites) for item in bound.bindings]


def build(
    content: bytes,
    file: str,
    bank: "Bank",
    recorder: Recorder,
    *,
    scenarios: bool = True,
    meanwhile: Callable[[ApplicationIR], None] | None = None,
    steering: Steering = NOTHING,
) -> Built | Reading:
    """The application that a spec describes; a Reading without application when there are findings that forbid it.

    ``meanwhile`` is called with the refined application as soon as it is known, ``steering`` is told besides the bank.
    """
    reading = read(content, file, recorder)
    if reading.application is None:
        return reading
    if meanwhile is not None:
        meanwhile(reading.application)
    from devmatrix.pipeline.following import build_following

    built = build_following(reading.application, bank, recorder, steering)
    if isinstance(built, Reading):
        return built
    suite = recorder.run("scenarios", derive, reading.application) if scenarios else None
    return built.model_copy(update={"diagnostics": reading.diagnostics, "suite": suite})


def build_application(
    application: ApplicationIR, bank: "Bank", recorder: Recorder, steering: Steering = NOTHING
) -> Built | Reading:
    """The files of an application that has been read; a Reading with the findings that forbid it."""
    bound = bind_patterns(application, bank, recorder, steering)
    if isinstance(bound, Reading):
        return bound
    tree = render_tree(application, bound.bindings, bank, recorder)
    if isinstance(tree, Reading):
        return tree
    return Built(
        application=application,
        diagnostics=(),
        bindings=bound.bindings,
        tree=tree,
        revision=bank.revision,
        steering=bound.steering,
        words=bound.words,
        unread=bound.unread,
    )


def render_tree(
    application: ApplicationIR, bindings: tuple[Binding, ...], bank: "Bank", recorder: Recorder
) -> FileTree | Reading:
    """The files of the application; a Reading with the findings when they are not fit to be written."""
    from devmatrix.backend.fastapi import CannotLower, render
    from devmatrix.checks import check_tree
    from devmatrix.scenarios import derive_seeds

    seeds = recorder.run("seeds", derive_seeds, application)
    try:
        tree = recorder.run("render", render, application, bindings, bank, seeds)
    except CannotLower as error:
        return Reading(application=None, diagnostics=(_not_lowered(error),))
    found = recorder.run("check tree", check_tree, tree)
    return Reading(application=None, diagnostics=found) if has_errors(found) else tree


def _not_lowered(error: "CannotLower") -> Diagnostic:
    """The finding about an expression that the target has no form for."""
    span = error.expression.span or Span(file="", line=1, column=1, end_line=1, end_column=1)
    return Diagnostic(code="DM821", message=str(error), fix="say the condition in stored fields", span=span)


def derive(application: ApplicationIR) -> ScenarioSuite:
    """All scenarios of the application."""
    from devmatrix.scenarios import derive_scenarios

    return derive_scenarios(application)
