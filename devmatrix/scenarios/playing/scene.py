"""One scenario under construction: calls are played on the model as they are added."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from devmatrix.artifacts.scenarios import (
    Arrival,
    Call,
    Capture,
    DatabaseCheck,
    Expectation,
    Growth,
    Scenario,
    ScenarioKind,
    Step,
    StoredRow,
    Together,
)
from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import NewKey, World
from devmatrix.ir.api import Operation
from devmatrix.scenarios.playing.archive import archive_checks
from devmatrix.scenarios.playing.calls import call_of, with_capture
from devmatrix.scenarios.playing.model import Reply, play
from devmatrix.scenarios.playing.observe import count_check, is_own, observe, read_rows, view_of
from devmatrix.scenarios.playing.requests import Place, Request
from devmatrix.scenarios.playing.staging import Stage
from devmatrix.scenarios.playing.storage import stored_rows
from devmatrix.scenarios.playing.wire import Wire
from devmatrix.scenarios.supply.salting import unique_values


@dataclass
class Scene:
    """A stage, what was done on it, and the world as it is now."""

    stage: Stage
    world: World
    wire: Wire
    steps: list[Step] = field(default_factory=list)
    held: set[tuple[str, tuple[object, ...]]] = field(default_factory=set)
    replies: list[Reply] = field(default_factory=list)
    """What was answered so far."""
    late: tuple[StoredRow, ...] = ()
    """Rows of the stage that come in between."""
    rereads: bool = False
    """Whether rows are read one by one before anything is done, and again after it."""

    @property
    def schema(self) -> Schema:
        """The application's indexes."""
        return self.stage.schema

    def act(self, request: Request) -> Reply:
        """The call that is judged."""
        reply = play(self.schema, request, self.world, self.stage.context)
        call = call_of(self.schema, request, reply, self.wire, role="act")
        if isinstance(reply.value, Ref) and isinstance(reply.world.rows[reply.value].key, NewKey):
            name = f"key{len(self.wire.captured) + 1}"
            captured = with_capture(call, self.schema, reply, name)
            if captured.captures:
                call = captured
                self.wire = Wire(self.schema, self.wire.relative, {**self.wire.captured, reply.value: name})
        self.steps.append(call)
        self.replies.append(reply)
        self.world = reply.world
        self.held |= unique_values(reply.world)
        return reply

    def turn(self, request: Request) -> Place | None:
        """Ask for a page and keep where it ended, if anything comes after it."""
        page = self.act(request).page
        call = self.steps[-1]
        if page is None or page.next is None or not isinstance(call, Call):
            return None
        name = f"next{len(self.steps)}"
        kept = (*call.captures, Capture(name=name, pointer="/next"))
        self.steps[-1] = call.model_copy(update={"captures": kept})
        return replace(page.next, name=name)

    def act_together(self, requests: Sequence[Request], locks: tuple[str, ...]) -> Reply:
        """Judged calls, made at the same time: the answer to the first, and the world after all of them.

        ``locks``: quoted tables that keep each from going on before the others have come as far.
        """
        before = self.world
        first, *_ = [self.act(request.again(before, self.world)) for request in requests]
        calls = tuple(step for step in self.steps[-len(requests) :] if isinstance(step, Call))
        self.steps[-len(requests) :] = [Together(calls=calls, locks=locks)]
        both = replace(first, world=self.world)
        self.replies[-len(requests) :] = [both]
        return both

    def act_grown(self, request: Request, late: Iterable[Ref], watched: tuple[str, ...]) -> tuple[Reply, Reply]:
        """The judged call without the late rows, and again when they have come; reads of ``watched`` tables count."""
        self.hold_back(late)
        few = self.act(request)
        self.world = self.stage.world
        many = self.act(request)
        first, second = (step for step in self.steps[-2:] if isinstance(step, Call))
        self.steps[-2:] = [Growth(few=first, rows=self.late, many=second, watched=watched)]
        self.replies[-2:] = [replace(few, world=many.world)]
        return few, many

    def hold_back(self, labels: Iterable[Ref]) -> None:
        """Begin without these rows, to which nothing refers."""
        world = self.world.copy()
        for label in labels:
            del world.rows[label]
        early = stored_rows(self.schema, world, Wire(self.schema, self.stage.relative))
        everything = stored_rows(self.schema, self.stage.world, Wire(self.schema, self.stage.relative))
        self.late = tuple(row for row in everything if row not in early)
        self.world = world

    def arrive(self) -> None:
        """Let the rows come that were held back; nothing else has changed."""
        self.steps.append(Arrival(rows=self.late))
        self.world = self.stage.world

    def look(self, labels: Iterable[Ref] | None = None) -> None:
        """See these rows, by default all that were ever there and are not another service's."""
        before = self.stage.world
        everything = dict.fromkeys((*before.rows, *self.world.rows))
        chosen = [label for label in (everything if labels is None else labels) if not self.is_external(label)]
        self.steps += observe(self.schema, self.world, before, chosen, self.wire)
        kept = (check for reply in self.replies for check in archive_checks(self.schema, reply, chosen, self.wire))
        self.steps += [check for check in kept if check not in self.steps]
        if self.rereads:
            self.read(chosen)

    def read(self, labels: Iterable[Ref]) -> None:
        """See rows by the endpoints that read one row, where no such call has just been made."""
        acts = [n for n, step in enumerate(self.steps, 1) if _is_act(step)]
        calls = read_rows(self.schema, self.world, self.stage.world, labels, self.wire)
        self.steps += [call for call in calls if call not in self.steps[max(acts, default=0) :]]

    def known(self, request: Request) -> tuple[Ref, ...]:
        """The first row, the addressed one before others, that an endpoint for one row shows otherwise after a call."""
        after = play(self.schema, request, self.world, self.stage.context).world
        own = [at for at in reversed([*request.addresses.values()]) if isinstance(at, Ref)]
        for label in dict.fromkeys((*own, *self.world.rows)):
            once = self._told(self.world, label)
            if once != self._told(after, label):
                return (label,)
        return ()

    def _told(self, world: World, label: Ref) -> list[Expectation]:
        """What the endpoint for one row answers of a row."""
        return [call.expect for call in read_rows(self.schema, world, self.stage.world, [label], self.wire)]

    def count_made(self, *, own: bool = True) -> bool:
        """See that each row that calls made is there once, unless a list shows it already; whether that was possible.

        ``own``: only where no row of others can be the like of one of these, or the scenario is alone anyway.
        """
        checks = list(self._counts())
        if own and not self._looks_at_all() and not all(is_own(self.schema, check) for check in checks):
            return False
        self.steps += [check for check in checks if check not in self.steps]
        return True

    def _counts(self) -> Iterator[DatabaseCheck]:
        before = self.stage.world
        for label in [row.label for row in self.world.rows.values() if row.made]:
            view = view_of(self.schema, self.world, before, label, self.wire)
            if view is None or view.request.operation.verb != "list":
                yield count_check(self.schema, self.world, label, self.wire)

    def _looks_at_all(self) -> bool:
        """Whether it looks for rows that nothing ties to its own: others may have the like."""
        return any(isinstance(step, DatabaseCheck) and not is_own(self.schema, step) for step in self.steps)

    def is_external(self, label: Ref) -> bool:
        """Whether a row is another service's."""
        row = self.world.rows.get(label) or self.stage.world.rows[label]
        return self.schema.entities[row.entity].external

    def scenario(
        self, title: str, kind: ScenarioKind, operation: Operation, covers: Iterable[str], *, alone: bool = False
    ) -> Scenario:
        """The finished scenario."""
        stored = stored_rows(self.schema, self.stage.world, Wire(self.schema, self.stage.relative))
        rows = tuple(row for row in stored if row not in self.late) if self.late else stored
        return Scenario(
            id=self.stage.scenario,
            title=title,
            kind=kind,
            operation=operation.id,
            covers=tuple(dict.fromkeys(covers)),
            rows=rows,
            steps=tuple(self.steps),
            alone=alone or self.stage.alone or self._looks_at_all(),
        )


def _is_act(step: Step) -> bool:
    return isinstance(step, Together | Growth) or (isinstance(step, Call) and step.role == "act")


def open_scene(stage: Stage, *, rereads: bool = False) -> Scene:
    """A scene on which nothing has happened yet, but for the rows that were read."""
    scene = Scene(stage, stage.world, Wire(stage.schema, stage.relative), rereads=rereads)
    scene.held = unique_values(stage.world)
    if rereads:
        scene.read(label for label in stage.world.rows if not scene.is_external(label))
    return scene
