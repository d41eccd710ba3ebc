"""One fault, or a pair, taken through the whole loop: seen, explained, repaired, learnt, and met again."""

import time
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.diagnosis import Cause, Diagnosis
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.tree import FileTree
from devmatrix.errors import DevMatrixError
from devmatrix.lab.faults import Fault, PatternEdit, SeedEdit, SlotEdit
from devmatrix.lab.grounds import Beside, Ground
from devmatrix.lab.injecting import faulty_versions, spoil_suite, spoil_tree
from devmatrix.lab.results import Case, Generation
from devmatrix.learning.causes import main_cause
from devmatrix.pipeline.build import Bound, Built, Reading, bind_patterns, build_application, chosen
from devmatrix.pipeline.healing import Clinic, Healed
from devmatrix.pipeline.mending import mend
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.errors import PatternBankError
from patternbank.lessons.records import Lesson
from patternbank.overlay import Overlay

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""When lessons of the lab are learnt: its results are the same whenever it runs."""


class Trial:
    """Faults in an application, over a bank of this trial's own."""

    def __init__(self, faults: Sequence[Fault], ground: Ground, bank: Bank) -> None:
        self.faults = tuple(faults)
        self.ground = ground
        self.bank = Overlay(bank, faulty_versions(self.faults, bank))

    @cached_property
    def generated(self) -> Built:
        """What is built of the faulty patterns; DevMatrixError when nothing can be."""
        return built_of(self.ground, self.bank)

    @cached_property
    def standing(self) -> FileTree:
        """The same with the faults of the tree in it."""
        return spoil_tree(self.faults, self.generated.tree)

    @cached_property
    def suite(self) -> ScenarioSuite:
        """The scenarios, with the faults of the seeds in them."""
        return spoil_suite(self.faults, self.ground.suite)

    @property
    def reaches(self) -> bool:
        """Whether every fault makes a difference of its own; asked of one alone in pairs by the caller."""
        return self.standing != self.ground.sound.tree or self.suite is not self.ground.suite

    @cached_property
    def touched(self) -> ScenarioSuite:
        """The scenarios of what the faults touch, with the rows that they leave."""
        if self.suite is not self.ground.suite:
            return self.suite
        return self.ground.touched(self.standing)

    def ask(self) -> Asked:
        """What the touched operations say, and when that is nothing, all; what is red is observed."""
        prover = self.ground.prover
        asked = prover.ask(self.standing, self.touched, watch=True)
        if asked.red:
            return asked
        return prover.ask(self.standing, self.suite, watch=True)


def _teachable(faults: Sequence[Fault]) -> bool:
    """Whether faults lie in patterns, so that the next generation could have them again."""
    return all(isinstance(edit, PatternEdit | SlotEdit) for fault in faults for edit in fault.edits)


def reaches(fault: Fault, ground: Ground, bank: Bank) -> bool:
    """Whether a fault makes a difference to an application; only what it changes is rendered."""
    try:
        versions = faulty_versions([fault], bank)
        if versions and ground.renders_otherwise(versions, bank):
            return True
        return spoil_tree([fault], ground.sound.tree) != ground.sound.tree or (
            any(isinstance(edit, SeedEdit) for edit in fault.edits)
            and spoil_suite([fault], ground.suite) is not ground.suite
        )
    except (DevMatrixError, PatternBankError):
        return True  # what cannot even be rendered is a case, and its record says why


def built_of(ground: Ground, bank: Bank) -> Built:
    """The application out of a bank; DevMatrixError when there is none. What is bound as in the sound one is that."""
    bound = bind_patterns(ground.application, bank, Recorder())
    if isinstance(bound, Bound) and chosen(bound) == chosen(ground.sound):
        return ground.sound
    built = build_application(ground.application, bank, Recorder())
    if isinstance(built, Reading):
        raise DevMatrixError(f"{ground.name} cannot be built: {built.diagnostics[0].message}")
    return built


def take(case: str, faults: Sequence[Fault], grounds: Sequence[Ground], bank: Bank, others: int) -> Case:
    """The record of a case; what goes wrong in it is part of the record.

    The faults are put into one application after the other until a scenario turns red: there they are learnt. Of the
    others, as many as wanted meet them again.
    """
    begun = time.monotonic()
    start = Case(
        id=case,
        faults=tuple(fault.name for fault in faults),
        families=tuple(dict.fromkeys(fault.family for fault in faults)),
        application=grounds[0].name,
        expected=tuple(dict.fromkeys(cause for fault in faults for cause in (fault.cause, *fault.also))),
    )
    asked_before = sum(ground.prover.asked for ground in grounds)
    try:
        found = _take(start, faults, grounds, bank, others)
    except (DevMatrixError, PatternBankError, ValueError, LookupError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__} in {last.name}: {error}"
        found = start.model_copy(update={"problem": problem[:2000]})
    trees = sum(ground.prover.asked for ground in grounds) - asked_before
    return found.model_copy(update={"seconds": round(time.monotonic() - begun, 2), "trees": trees})


def _take(case: Case, faults: Sequence[Fault], grounds: Sequence[Ground], bank: Bank, others: int) -> Case:
    silent: list[str] = []
    for ground in grounds:
        trial = Trial(faults, ground, bank)
        if not trial.reaches:
            continue
        asked = trial.ask()
        if asked.red:
            quiet = {*silent, ground.name}
            beside = [other for other in grounds if other.name not in quiet]
            beside += [other for other in grounds if other.name in silent]
            here = case.model_copy(update={"application": ground.name, "silent": tuple(silent)})
            return _loop(here, trial, beside[:others], asked)
        silent.append(ground.name)
    return case.model_copy(update={"reached": bool(silent), "silent": tuple(silent), "teachable": _teachable(faults)})


def _loop(case: Case, trial: Trial, others: Sequence[Ground], asked: Asked) -> Case:
    plain = {other.name: built_of(other, trial.bank) for other in others} | {trial.ground.name: trial.generated}
    beside = [Beside(other, other.touched(plain[other.name].tree)) for other in others]
    clinic = Clinic(trial.bank, trial.ground.prover, beside, EPOCH)
    healed, mended = mend(trial.generated, trial.standing, asked, trial.suite, clinic, Recorder())
    final = trial.ground.prover.ask(mended.tree, healed.suite)
    wrong = {file.path for file in trial.ground.sound.tree.files if changed(file.path, trial)}
    found = causes(healed.diagnoses)
    update = {
        "valid": not asked.fallen or "START_FAILURE" in case.expected,
        "first_red": len(asked.red),
        "detected": True,
        "found": found,
        "cause_right": bool(found) and found[0] in case.expected,
        "file_right": not wrong or place(healed.diagnoses) in wrong,
        "guess_right": not wrong or place(healed.diagnoses, proved=False) in wrong,
        "repaired": bool(healed.repairs) and not final.red and all(one.proved for one in healed.repairs),
        "repair": "; ".join(one.action for one in healed.repairs),
        "learnt": any(lesson.status == "active" for lesson in healed.lessons),
        "teachable": _teachable(trial.faults),
        "lessons": tuple(lessons_of(trial.bank, healed)),
    }
    return meet_again(case.model_copy(update=update), trial, others, plain, asked)


def meet_again(case: Case, trial: Trial, others: Sequence[Ground], without: Mapping[str, Built], asked: Asked) -> Case:
    """The next generation of the same and of other applications, with what was learnt and without."""
    if not case.teachable:
        return case
    generations: list[Generation] = []
    fresh = Overlay(trial.bank.under, faulty_versions(trial.faults, trial.bank.under))
    for ground in (trial.ground, *others):
        same = ground is trial.ground
        built = built_of(ground, fresh)
        plain = without[ground.name]
        suite = ground.touched(plain.tree)
        before = asked if same else ground.prover.ask(plain.tree, suite)
        after = ground.prover.ask(built.tree, ground.suite if same else suite)
        worse = len(after.red.keys() - before.red.keys())
        questions = len(suite.scenarios)
        name = {"application": ground.name, "same": same, "asked": questions}
        generations.append(Generation(**name, arm="memory", red=len(after.red), worse=worse))
        generations.append(Generation(**name, arm="no memory", red=len(before.red)))
    sound = [ground for ground in (trial.ground, *others) if not stays(ground, trial.bank.under)]
    return case.model_copy(update={"generations": tuple(generations), "harmed": tuple(ground.name for ground in sound)})


def stays(ground: Ground, bank: Bank) -> bool:
    """Whether a sound application is built byte for byte as before, now that the bank holds the lesson."""
    return built_of(ground, bank).tree == ground.sound.tree


def changed(path: str, trial: Trial) -> bool:
    """Whether the faults changed a file."""
    sound = {file.path: file.text for file in trial.ground.sound.tree.files}
    return {file.path: file.text for file in trial.standing.files}.get(path) != sound[path]


def causes(diagnoses: Sequence[Diagnosis]) -> tuple[Cause, ...]:
    """What was found, the main cause first."""
    main = main_cause(diagnoses)
    if main is None:
        return ()
    found = [diagnosis.cause for diagnosis in diagnoses if diagnosis.cause is not None]
    return tuple(dict.fromkeys((main, *sorted(found))))


def place(diagnoses: Sequence[Diagnosis], *, proved: bool = True) -> str:
    """The file that the report names first; ``proved`` False: what it would have named before the repair."""
    main = main_cause(diagnoses)
    for diagnosis in diagnoses:
        suspects = [suspect for suspect in diagnosis.suspects if proved or not suspect.proved]
        if diagnosis.cause == main and suspects:
            return suspects[0].file
    return ""


def lessons_of(bank: Bank, healed: Healed) -> list[str]:
    """What was learnt, as JSON."""
    records = (bank.store.lesson(lesson.lesson) for lesson in healed.lessons if lesson.status == "active")
    return [record.lesson.to_json() for record in records if record is not None]


def take_placebo(
    faults: Sequence[Fault], ground: Ground, lessons: Sequence[Lesson], bank: Bank, red: int
) -> Generation:
    """The next generation with lessons that other faults taught; ``red``: what is red where they change nothing."""
    overlay = Overlay(bank, faulty_versions(faults, bank))
    plain, built = built_of(ground, overlay), built_of(ground, overlay.taught(lessons))
    suite = ground.touched(plain.tree)
    if plain.tree != built.tree:
        red = len(ground.prover.ask(built.tree, suite).red)
    return Generation(application=ground.name, arm="placebo", same=True, red=red, asked=len(suite.scenarios))
