"""Repairs an application that stands in a folder, a person's edits included: they stay, but for what is at fault."""

from collections.abc import Iterable
from dataclasses import replace

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.reports import Repair
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.tree import FileTree
from devmatrix.ir.base import Node
from devmatrix.learning.diagnosing import diagnose, main_cause
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.healing import Clinic, Healed, heal, plan_anew, starves, with_places
from devmatrix.pipeline.proving import only
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.repairing import Step, is_better, sample
from devmatrix.repair.differences import blamed, unified
from devmatrix.repair.edits import edits, merged, without
from devmatrix.repair.hunk import Hunk
from devmatrix.repair.minimising import minimise


class Mended(Node):
    """What became of a folder: the tree that it shall hold, and the generated one that a person has edited.

    ``conflict`` names what stands in the way of a repair.
    """

    tree: FileTree
    under: FileTree
    conflict: str = ""


def mend(
    generated: Built, standing: FileTree, asked: Asked, suite: ScenarioSuite, clinic: Clinic, recorder: Recorder
) -> tuple[Healed, Mended]:
    """The standing tree, repaired: by taking back an edit that is at fault, else by what it was generated from."""
    diagnoses = diagnose(asked.report, suite, asked.observations, generated.application, standing, generated.bindings)
    start = Step(generated.model_copy(update={"tree": standing}), asked, diagnoses)
    planned = plan_anew(start, suite, clinic) if starves(diagnoses) else None
    if planned is not None:
        return planned, Mended(tree=standing, under=generated.tree)
    made = edits(generated.tree, standing)
    if made and start.red:
        with recorder.step("repair"):
            undone = take_back(start, generated.tree, made, suite, clinic)
        if undone is not None:
            return undone, Mended(tree=undone.built.tree, under=generated.tree)
    if not made:
        healed = heal(generated, asked, suite, clinic, recorder)
        return healed, Mended(tree=healed.built.tree, under=healed.built.tree)
    return repair_under(generated, start, suite, clinic, recorder)


def take_back(
    start: Step, generated: FileTree, made: tuple[Hunk, ...], suite: ScenarioSuite, clinic: Clinic
) -> Healed | None:
    """The run with as few edits taken back as make the red scenarios pass; None where edits are not at fault."""
    limits = clinic.limits()
    probes = only(suite, frozenset(sample(start)) if not start.asked.fallen else {s.id for s in suite.scenarios[:40]})

    def passes(undone: tuple[Hunk, ...]) -> bool:
        tree = without(start.built.tree, undone)
        return tree is not None and limits.spend() and not clinic.prover.ask(tree, probes).red

    if clinic.prover.ask(generated, probes).red or not passes(made):
        return None
    order = tuple(sorted(made, key=lambda hunk: -_suspicion(start, hunk)))
    least = minimise(order, lambda part: passes(_in_order(made, part)))
    tree = without(start.built.tree, _in_order(made, least))
    if tree is None:
        return None
    asked = clinic.prover.ask(tree, suite)
    if not is_better(start, asked):
        return None
    fixed = sorted(start.red - asked.red.keys())
    repair = Repair(
        scenario=fixed[0],
        scenarios=tuple(fixed),
        cause=main_cause(start.diagnoses) or "",
        action=f"take back {len(least)} of {len(made)} edits",
        kind="edit",
        diff=unified(start.built.tree, tree),
        proved=True,
    )
    located = with_places(start.diagnoses, blamed(start.built.tree, tree), frozenset(fixed))
    built = start.built.model_copy(update={"tree": tree})
    return Healed(built, asked, suite, located, (repair,))


def repair_under(
    generated: Built, start: Step, suite: ScenarioSuite, clinic: Clinic, recorder: Recorder
) -> tuple[Healed, Mended]:
    """What the tree was generated from is repaired, and the repair put into the edited files."""
    under = clinic.prover.ask(generated.tree, suite, watch=True)
    healed = heal(generated, under, suite, clinic, recorder)
    stays = Mended(tree=start.built.tree, under=generated.tree)
    if not healed.repairs:
        return replace(healed, built=start.built, asked=start.asked), stays
    tree = merged(start.built.tree, generated.tree, healed.built.tree)
    if tree is None:
        conflict = "the repair and an edit change the same place: take the diff of the report over by hand"
        unproved = tuple(repair.model_copy(update={"proved": False}) for repair in healed.repairs)
        failed = replace(healed, built=start.built, asked=start.asked, repairs=unproved)
        return failed, stays.model_copy(update={"conflict": conflict})
    asked = clinic.prover.ask(tree, suite)
    if not is_better(start, asked):
        return replace(healed, built=start.built, asked=start.asked, repairs=()), stays
    return replace(healed, asked=asked), Mended(tree=tree, under=healed.built.tree)


def _in_order(made: tuple[Hunk, ...], part: Iterable[Hunk]) -> tuple[Hunk, ...]:
    chosen = frozenset(part)
    return tuple(hunk for hunk in made if hunk in chosen)


def _suspicion(start: Step, hunk: Hunk) -> float:
    return max((suspect.weight for suspect in start.suspects if suspect.file == hunk.file), default=0.0)
