"""The learning curve: several faults at once in the bank, and one generation after the other meets them."""

from collections.abc import Mapping, Sequence

from devmatrix.ir.base import Node
from devmatrix.lab.faults import Fault
from devmatrix.lab.grounds import Ground
from devmatrix.lab.injecting import faulty_versions
from devmatrix.lab.results import Arm, Point
from devmatrix.lab.trials import EPOCH, built_of
from devmatrix.pipeline.healing import Clinic, heal
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.lessons.records import Lesson
from patternbank.overlay import Overlay


class Walk(Node):
    """Generations to build in one arm; each application in its turn."""

    arm: Arm
    applications: tuple[str, ...]
    generations: int
    lessons: tuple[str, ...] = ()
    """What the placebo arm is taught: true lessons, each laid to another version."""


def walk(plan: Walk, faults: Sequence[Fault], grounds: Mapping[str, Ground], bank: Bank) -> tuple[Point, ...]:
    """Build generation after generation; in the arm with memory each heals what is red, and learns."""
    points = []
    for number in range(plan.generations):
        ground = grounds[plan.applications[number % len(plan.applications)]]
        overlay = Overlay(bank, faulty_versions(faults, bank))
        told = overlay if plan.arm == "memory" else overlay.untaught()
        if plan.arm == "placebo":
            told = told.taught(shuffled(bank, overlay))
        built = built_of(ground, told)
        asked = ground.prover.ask(built.tree, ground.suite, watch=True)
        total = len(ground.suite.scenarios)
        green = 0 if asked.fallen else total - len(asked.red)
        points.append(Point(arm=plan.arm, generation=number + 1, application=ground.name, passed=green, asked=total))
        if asked.red and plan.arm != "no memory":
            heal(built, asked, ground.suite, Clinic(overlay, ground.prover, (), EPOCH), Recorder())
    return tuple(points)


def shuffled(bank: Bank, overlay: Bank) -> list[Lesson]:
    """What was learnt so far, each lesson laid to the version that another one is about."""
    records = [record.lesson for record in bank.store.lessons(status="active")]
    blamed = [(lesson.against, lesson.digest) for lesson in records]
    sound = [(e.reference, e.digest) for e in overlay.entries() if (e.reference, e.digest) not in blamed]
    return [
        lesson.model_copy(update={"against": reference, "digest": digest})
        for lesson, (reference, digest) in zip(records, sound, strict=False)
    ]
