"""A bank worth looking at: the shipped patterns, two applications with their runs, a failure, and what it taught."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.build import Reading, bind_patterns, read
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.remembering import application_record
from patternbank.bank import Bank
from patternbank.indexing.neighbours import find_neighbours
from patternbank.lessons.records import Avoid, Lesson, LessonRecord
from patternbank.loading import load_shipped
from patternbank.records import Bound, FailureRecord, RunRecord
from patternbank.stores.graph.store import GraphStore
from tests.servers import GraphServer

SPECS = Path(__file__).parents[2] / "seeds" / "specs"
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
FAMILY = "f" * 64


def fill(server: GraphServer) -> None:
    """Put it all into an empty graph; the choices are real, the results of the scenarios are made up."""
    with GraphStore(*server.address) as store:
        load_shipped(store)
        bank = Bank(store)
        _record(bank, "rentals_api", "first", 0)
        red = next(
            bound for bound in _record(bank, "simple_task_api", "second", 5) if bound.task.startswith("operation")
        )
        failures = tuple(_failure(number, red.reference) for number in range(2))
        _record(bank, "simple_task_api", "third", 10, failures)
        lesson = _lesson(red.reference, red.digest)
        at = NOON + timedelta(minutes=12)
        store.keep_lessons([LessonRecord(lesson=lesson, status="active", by="a test", why="made up", at=at)])
        _record(bank, "rentals_api", "fourth", 15, applied=(lesson.id,))
        find_neighbours(store)


def _lesson(reference: str, digest: str) -> Lesson:
    return Lesson(
        against=reference,
        digest=digest,
        action=Avoid(),
        cause="WRONG_STATUS_CODE",
        family=FAMILY,
        fragment="read",
        story="answers 500 for a row that is gone",
    )


def _record(
    bank: Bank,
    spec: str,
    run: str,
    minutes: int,
    failures: tuple[FailureRecord, ...] = (),
    applied: tuple[str, ...] = (),
) -> tuple[Bound, ...]:
    application = _read(spec)
    bound = _bound(application, bank)
    record = RunRecord(
        id=run,
        application=application.digest,
        at=NOON + timedelta(minutes=minutes),
        revision=bank.revision,
        bound=bound,
        total=40,
        passed=40 - len(failures),
        failed=len(failures),
        skipped=0,
        seconds=20,
        failures=failures,
        applied=applied,
    )
    assert bank.store.record(application_record(application), record)
    return bound


def _read(spec: str) -> ApplicationIR:
    application = read((SPECS / f"{spec}.md").read_bytes(), spec, Recorder()).application
    assert application is not None
    return application


def _bound(application: ApplicationIR, bank: Bank) -> tuple[Bound, ...]:
    found = bind_patterns(application, bank, Recorder())
    assert not isinstance(found, Reading)
    return tuple(
        Bound(
            task=one.task,
            capability=one.capability,
            reference=f"{one.pattern}@{one.version}",
            digest=one.digest,
            score=one.score,
        )
        for one in found.bindings
    )


def _failure(number: int, blamed: str) -> FailureRecord:
    return FailureRecord(
        scenario=f"a row that is gone, {number + 1}",
        kind="error",
        cause="WRONG_STATUS_CODE",
        expected="404",
        actual="500",
        blames=(blamed,),
        family=FAMILY,
    )
