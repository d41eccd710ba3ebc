"""A red run is healed whatever else is wrong with the bank."""

from devmatrix.pipeline.build import Built
from devmatrix.pipeline.following import build_following
from devmatrix.pipeline.healing import Clinic, heal
from devmatrix.pipeline.recorder import Recorder
from patternbank.bank import Bank
from patternbank.lessons.records import Lesson, LessonRecord, Require
from tests.fakes.asking import ScriptedProver, red_with
from tests.pipeline.marked import AT, application, bank_with, ids, suite

SIX = ids(6)


def spoiling(bank: Bank) -> Lesson:
    """An active lesson with which nothing can be built."""
    version = bank.version("app-errors")
    action = Require(slot="nowhere", value="true")
    lesson = Lesson(against=version.reference, digest=version.digest, action=action, cause="", family="")
    bank.store.keep_lessons([LessonRecord(lesson=lesson, status="active", at=AT)])
    return lesson


def test_a_lesson_that_was_left_out_stands_in_no_repairs_way() -> None:
    """Trees are built without it, as the application was; and no harm is told of it, for nobody asked it anything."""
    with bank_with(app_types="fault") as bank:
        spoilt, prover = spoiling(bank), ScriptedProver(red_with("# fault", *SIX))
        made = build_following(application(), bank, Recorder())
        assert isinstance(made, Built)
        assert made.spoilt == (spoilt.id,)
        asked = prover.ask(made.tree, suite(), watch=True)
        found = heal(made, asked, suite(), Clinic(bank, prover, (), AT), Recorder())
        assert [(one.kind, one.proved) for one in found.repairs] == [("rebind", True)]
        assert spoilt.id not in {one.lesson for one in found.lessons}
        assert bank.store.lesson_evidence(spoilt.id) == ()
