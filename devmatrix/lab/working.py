"""What a process of the lab does: it keeps its applications and its server, and does one order after the other."""

import os
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from devmatrix.ir.base import Node
from devmatrix.lab.curve import Walk, walk
from devmatrix.lab.faults import Fault, load_faults
from devmatrix.lab.grounds import Ground
from devmatrix.lab.results import Case, Generation, Point
from devmatrix.lab.trials import reaches, take, take_placebo
from devmatrix.runtime.postgres import open_postgres
from devmatrix.settings import read_settings
from devmatrix.wiring import choose_deployer, open_scratch_bank
from patternbank.lessons.records import Lesson


class Order(Node):
    """One thing to do."""

    kind: Literal["prove", "reach", "case", "placebo", "walk"]
    application: str = ""
    case: str = ""
    faults: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    meet: int = 0
    """How many other applications meet the fault again."""
    lessons: tuple[str, ...] = ()
    red: int = 0
    walk: Walk | None = None


class Reached(Node):
    """A fault makes a difference to an application."""

    fault: str
    application: str


class Answered(Node):
    """What came of an order; the part that it asked for."""

    scenarios: int = 0
    reached: tuple[Reached, ...] = ()
    case: Case | None = None
    generation: Generation | None = None
    points: tuple[Point, ...] = ()


class Worker:
    """The state of a process."""

    def __init__(self, folder: str | None) -> None:
        self.faults = {fault.name: fault for fault in load_faults(None if folder is None else Path(folder))}
        self.deployer = choose_deployer()
        self.grounds: dict[str, Ground] = {}
        self.server = ExitStack()
        self.server.enter_context(open_postgres(read_settings()))

    def ground(self, name: str, *, trusted: bool = True) -> Ground:
        """An application, sound; ``trusted``: it was proved before."""
        if name not in self.grounds:
            with open_scratch_bank() as bank:
                self.grounds[name] = Ground(name, bank, self.deployer)
        if trusted:
            self.grounds[name].trust()
        return self.grounds[name]

    def named(self, names: Sequence[str]) -> tuple[Fault, ...]:
        """Faults by name."""
        return tuple(self.faults[name] for name in names)


_worker: list[Worker] = []


def begin(folder: str | None) -> None:
    """Get a process ready; its parent's death ends it."""
    _end_with_parent()
    _worker.append(Worker(folder))


def do(order: Order) -> Answered:
    """Do an order."""
    worker = _worker[0]
    match order.kind:
        case "prove":
            return Answered(scenarios=worker.ground(order.application, trusted=False).prove())
        case "reach":
            return Answered(reached=tuple(_reached(worker, order)))
        case "case":
            grounds = [worker.ground(name) for name in (order.application, *order.others)]
            with open_scratch_bank() as bank:
                return Answered(case=take(order.case, worker.named(order.faults), grounds, bank, order.meet))
        case "placebo":
            lessons = [Lesson.model_validate_json(text) for text in order.lessons]
            with open_scratch_bank() as bank:
                ground = worker.ground(order.application)
                found = take_placebo(worker.named(order.faults), ground, lessons, bank, order.red)
            return Answered(generation=found)
        case "walk":
            assert order.walk is not None  # noqa: S101 - such an order has one
            places = {name: worker.ground(name) for name in order.walk.applications}
            with open_scratch_bank() as bank:
                return Answered(points=walk(order.walk, worker.named(order.faults), places, bank))


def _reached(worker: Worker, order: Order) -> list[Reached]:
    ground = worker.ground(order.application)
    with open_scratch_bank() as bank:
        return [
            Reached(fault=fault.name, application=ground.name)
            for fault in worker.named(order.faults)
            if reaches(fault, ground, bank)
        ]


def _end_with_parent() -> None:
    """Let no worker outlive a killed lab."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
