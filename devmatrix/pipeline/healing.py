"""Heals a red run: what failed is diagnosed, repaired where the fault is, and what that teaches is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.diagnosis import Diagnosis, Suspect
from devmatrix.artifacts.reports import LessonReport, Repair
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.steering import Steering
from devmatrix.learning.diagnosing import diagnose, main_cause
from devmatrix.pipeline.build import Built, derive
from devmatrix.pipeline.collecting import FeedbackCollector
from devmatrix.pipeline.proving import Prover
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.repairing import Limits, Step, Upstream
from devmatrix.pipeline.replaying import Neighbour
from devmatrix.repair.differences import blamed
from patternbank.bank import Bank


@dataclass(frozen=True)
class Healed:
    """What became of a red run; ``suite`` is another than before where the rows of scenarios were at fault."""

    built: Built
    asked: Asked
    suite: ScenarioSuite
    diagnoses: tuple[Diagnosis, ...]
    repairs: tuple[Repair, ...] = ()
    lessons: tuple[LessonReport, ...] = ()


def hear_nothing(_: tuple[Diagnosis, ...]) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Clinic:
    """What healing needs: a bank, something to ask trees with, and neighbours on which lessons are replayed."""

    bank: Bank
    prover: Prover
    neighbours: Sequence[Neighbour]
    at: datetime
    limits: Callable[[], Limits] = Limits


def heal(
    built: Built,
    asked: Asked,
    suite: ScenarioSuite,
    clinic: Clinic,
    recorder: Recorder,
    found: Callable[[tuple[Diagnosis, ...]], None] = hear_nothing,
) -> Healed:
    """The application with all repairs that were proved; the one that was given where none was.

    ``found`` hears what the failures are before anything is learnt of them.
    """
    with recorder.step("diagnose"):
        diagnoses = diagnose(asked.report, suite, asked.observations, built.application, built.tree, built.bindings)
    start = Step(built, asked, diagnoses, Steering(ignored=built.spoilt))
    planned = plan_anew(start, suite, clinic) if starves(diagnoses) else None
    if planned is not None:
        start, suite = left_of(start, planned), planned.suite
    if not start.red:
        found(diagnoses)
        return Healed(built, start.asked, suite, diagnoses, start.repairs)
    with recorder.step("repair"):
        end = Upstream(clinic.bank, suite, clinic.prover, clinic.limits()).repair(start)
    proved = with_proof(diagnoses, start, end)
    found(proved)
    lessons: tuple[LessonReport, ...] = ()
    if end.attempts and not clinic.bank.read_only:
        with recorder.step("learn"):
            start = replace(start, diagnoses=red_of(proved, start.asked))
            lessons = FeedbackCollector(clinic.bank, clinic.neighbours, clinic.at).learn(start, end)
    return Healed(end.built, end.asked, suite, proved, end.repairs, lessons)


def starves(diagnoses: Sequence[Diagnosis]) -> bool:
    """Whether rows of scenarios are missing: the code is not asked to make up for that."""
    return any(diagnosis.cause == "MISSING_PRECONDITION" for diagnosis in diagnoses)


def plan_anew(start: Step, suite: ScenarioSuite, clinic: Clinic) -> Healed | None:
    """The run with the rows of its scenarios derived anew; None where they are as they should be."""
    fresh = derive(start.built.application)
    if fresh.scenarios == suite.scenarios:
        return None
    asked = clinic.prover.ask(start.built.tree, fresh)
    fixed = sorted(start.red - asked.red.keys())
    if not fixed or asked.red.keys() - start.asked.red.keys():
        return None
    repair = Repair(
        scenario=fixed[0],
        scenarios=tuple(fixed),
        cause=main_cause(start.diagnoses) or "",
        action="derive the rows of the scenarios anew",
        kind="seed plan",
        diff="",
        proved=True,
    )
    return Healed(start.built, asked, fresh, start.diagnoses, (repair,))


def left_of(start: Step, planned: Healed) -> Step:
    """Where the repair of what is built begins, once the rows of scenarios are as they should be."""
    return replace(
        start, asked=planned.asked, diagnoses=red_of(planned.diagnoses, planned.asked), repairs=planned.repairs
    )


def red_of(diagnoses: Sequence[Diagnosis], asked: Asked) -> tuple[Diagnosis, ...]:
    """The diagnoses of what is red still."""
    return tuple(diagnosis for diagnosis in diagnoses if diagnosis.scenario in asked.red)


def with_proof(diagnoses: tuple[Diagnosis, ...], start: Step, end: Step) -> tuple[Diagnosis, ...]:
    """The diagnoses, those of what was repaired with the places of the repair before all others."""
    if not end.attempts:
        return diagnoses
    return with_places(diagnoses, blamed(start.built.tree, end.built.tree), start.red - end.red)


def with_places(
    diagnoses: Sequence[Diagnosis], places: tuple[Suspect, ...], fixed: frozenset[str]
) -> tuple[Diagnosis, ...]:
    """The diagnoses, those of fixed scenarios with the places where a change helped before all others."""
    return tuple(
        diagnosis.model_copy(update={"suspects": (*places, *diagnosis.suspects)})
        if diagnosis.scenario in fixed
        else diagnosis
        for diagnosis in diagnoses
    )
