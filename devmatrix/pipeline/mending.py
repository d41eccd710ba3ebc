"""Repairs an application that stands in a folder, a person's edits included: they stay, but for what is at fault."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.diagnosis import Diagnosis
from devmatrix.artifacts.reports import LessonReport, Repair, RepairKind
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.tree import FileTree
from devmatrix.ir.base import Node
from devmatrix.learning.diagnosing import diagnose, main_cause
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.healing import Clinic, Healed, heal, plan_anew, starves, with_places
from devmatrix.pipeline.proving import only
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.repairing import PROBES, Step, is_better, sample
from devmatrix.repair.differences import blamed, unified
from devmatrix.repair.edits import edits, merged, without
from devmatrix.repair.hunk import Hunk
from devmatrix.repair.minimising import minimise

ROUNDS = 3
"""Edits and what they were made upon can both be at fault, one after the other."""


class Mended(Node):
    """What became of a folder: the tree that it shall hold, and the generated one that a person has edited.

    ``conflict`` names what stands in the way of a repair.
    """

    tree: FileTree
    under: FileTree
    conflict: str = ""


@dataclass(frozen=True)
class Course:
    """How far a repair has come: what was generated, what stands upon it, and what is still red."""

    generated: Built
    tree: FileTree
    asked: Asked
    diagnoses: tuple[Diagnosis, ...]
    repairs: tuple[Repair, ...] = ()
    lessons: tuple[LessonReport, ...] = ()
    conflict: str = ""

    @property
    def step(self) -> Step:
        """The standing tree as a place to begin from."""
        return Step(self.generated.model_copy(update={"tree": self.tree}), self.asked, self.diagnoses)

    def healed(self, suite: ScenarioSuite) -> Healed:
        """The same as the outcome of a healing."""
        built = self.generated.model_copy(update={"tree": self.tree})
        return Healed(built, self.asked, suite, self.diagnoses, self.repairs, self.lessons)


def mend(
    generated: Built, standing: FileTree, asked: Asked, suite: ScenarioSuite, clinic: Clinic, recorder: Recorder
) -> tuple[Healed, Mended]:
    """The standing tree, repaired: by taking back edits that are at fault, and by what it was generated from."""
    diagnoses = diagnose(asked.report, suite, asked.observations, generated.application, standing, generated.bindings)
    if not edits(generated.tree, standing):
        healed = heal(generated, asked, suite, clinic, recorder)
        return healed, Mended(tree=healed.built.tree, under=healed.built.tree)
    course = Course(generated, standing, asked, diagnoses)
    planned = plan_anew(course.step, suite, clinic) if starves(diagnoses) else None
    if planned is not None:
        course, suite = replace(course, asked=planned.asked, repairs=planned.repairs), planned.suite
    for _ in range(ROUNDS):
        if not course.step.red or course.conflict:
            break
        with recorder.step("repair"):
            further = take_back(course, suite, clinic)
        further = further or repair_under(course, suite, clinic, recorder)
        if further is None:
            break
        course = further
    return course.healed(suite), Mended(tree=course.tree, under=course.generated.tree, conflict=course.conflict)


def take_back(course: Course, suite: ScenarioSuite, clinic: Clinic) -> Course | None:
    """As few edits taken back as make those scenarios pass that pass without any; None where no edit is at fault."""
    limits, start, made = clinic.limits(), course.step, edits(course.generated.tree, course.tree)
    wanted = {one.id for one in suite.scenarios[:PROBES]} if start.asked.fallen else set(sample(start))
    sound = clinic.prover.ask(course.generated.tree, only(suite, wanted))
    probes = only(suite, wanted - sound.red.keys())
    if sound.fallen or not probes.scenarios:
        return None

    def passes(undone: tuple[Hunk, ...]) -> bool:
        tree = without(course.tree, undone)
        return tree is not None and limits.spend() and not clinic.prover.ask(tree, probes).red

    if not passes(made):
        return None
    order = tuple(sorted(made, key=lambda hunk: -_suspicion(start, hunk)))
    least = minimise(order, lambda part: passes(_in_order(made, part)))
    tree = without(course.tree, _in_order(made, least))
    action = f"take back {len(least)} of {len(made)} edits"
    return None if tree is None else _taken(course, course.generated, tree, suite, clinic, action)


def repair_under(course: Course, suite: ScenarioSuite, clinic: Clinic, recorder: Recorder) -> Course | None:
    """What the tree was generated from is repaired, and the repair put under the edits; None where nothing helps."""
    under = clinic.prover.ask(course.generated.tree, suite, watch=True)
    healed = heal(course.generated, under, suite, clinic, recorder)
    if not healed.repairs:
        return None
    tree = merged(course.tree, course.generated.tree, healed.built.tree)
    if tree is None:
        conflict = "the repair and an edit change the same place: take the diff of the report over by hand"
        unproved = tuple(repair.model_copy(update={"proved": False}) for repair in healed.repairs)
        repairs, lessons = (*course.repairs, *unproved), (*course.lessons, *healed.lessons)
        return replace(course, repairs=repairs, lessons=lessons, conflict=conflict)
    action = "; ".join(repair.action for repair in healed.repairs)
    taken = _taken(course, healed.built, tree, suite, clinic, action, kind=healed.repairs[0].kind)
    return None if taken is None else replace(taken, lessons=(*course.lessons, *healed.lessons))


def _taken(
    course: Course,
    generated: Built,
    tree: FileTree,
    suite: ScenarioSuite,
    clinic: Clinic,
    action: str,
    kind: RepairKind = "edit",
) -> Course | None:
    """The course with a tree in the place of the standing one; None where that is not proved to be better."""
    start, asked = course.step, clinic.prover.ask(tree, suite)
    if not is_better(start, asked):
        return None
    fixed = sorted(start.red - asked.red.keys())
    repair = Repair(
        scenario=fixed[0],
        scenarios=tuple(fixed),
        cause=main_cause(tuple(one for one in course.diagnoses if one.scenario in fixed)) or "",
        action=action,
        kind=kind,
        diff=unified(course.tree, tree),
        proved=True,
    )
    located = with_places(course.diagnoses, blamed(course.tree, tree), frozenset(fixed))
    return replace(
        course, generated=generated, tree=tree, asked=asked, diagnoses=located, repairs=(*course.repairs, repair)
    )


def _in_order(made: tuple[Hunk, ...], part: Iterable[Hunk]) -> tuple[Hunk, ...]:
    chosen = frozenset(part)
    return tuple(hunk for hunk in made if hunk in chosen)


def _suspicion(start: Step, hunk: Hunk) -> float:
    return max((suspect.weight for suspect in start.suspects if suspect.file == hunk.file), default=0.0)
