"""What a repaired run teaches: lessons are drafted, replayed, and only then followed; harmful ones are taken out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from devmatrix.artifacts.diagnosis import Diagnosis
from devmatrix.artifacts.reports import LessonReport
from devmatrix.learning.advisor import told_of
from devmatrix.learning.diagnosing import main_cause
from devmatrix.learning.drafting import Taught, draft
from devmatrix.pipeline.build import Built
from devmatrix.pipeline.remembering import structure_of
from devmatrix.pipeline.repairing import Step
from devmatrix.pipeline.replaying import Neighbour, Replay, pair_of, replay
from devmatrix.planning import plan
from devmatrix.repair.differences import blamed
from patternbank.bank import Bank
from patternbank.lessons.records import Lesson, LessonRecord
from patternbank.lifecycle import Change

BY = "devmatrix"


class FeedbackCollector:
    """Writes what was learnt to the bank, each step so that it can be killed and done again."""

    def __init__(self, bank: Bank, neighbours: Sequence[Neighbour], at: datetime) -> None:
        self._bank = bank
        self._store = bank.store
        self._neighbours = neighbours
        self._at = at

    def learn(self, start: Step, end: Step) -> tuple[LessonReport, ...]:
        """Lessons of the repair that led from one step to another, and what became of each."""
        if not end.repairs:
            return ()
        forgotten = (lesson for lesson in end.steering.ignored if lesson not in start.steering.ignored)
        reports = [self._forget(lesson, start, end) for lesson in forgotten]
        drafted = draft(taught_by(start, end))
        self._store.keep_lessons(
            [LessonRecord(lesson=one, status="draft", by=BY, why=one.story, at=self._at) for one in drafted]
        )
        reports += [self._judge(lesson, start, end) for lesson in drafted]
        return tuple(report for report in reports if report is not None)

    def _judge(self, lesson: Lesson, start: Step, end: Step) -> LessonReport:
        """Replay a draft and let builds follow it, or not."""
        record = self._store.lesson(lesson.id)
        status = record.status if record is not None else "draft"
        if status == "retired":
            self._store.move_lesson(lesson.id, "draft", self._change("it was learnt again"))
            status = "draft"
        own = pair_of(lesson, start.built.application, start.asked, end.asked, self._at)
        self._store.add_lesson_evidence([own])
        if status != "draft":
            return _report(lesson, status, record.why if record is not None else "")
        replays = tuple(replay(lesson, self._neighbours, self._bank, self._at))
        self._store.add_lesson_evidence([one.evidence for one in replays if one.evidence is not None])
        harm = next((one.harm for one in replays if one.harm), "")
        why = f"its replay failed: {harm}" if harm else say_replays(replays)
        status = "retired" if harm else "active"
        self._store.move_lesson(lesson.id, status, self._change(why))
        return _report(lesson, status, why)

    def _forget(self, key: str, start: Step, end: Step) -> LessonReport | None:
        """Take out a lesson without which scenarios pass that failed with it."""
        record = self._store.lesson(key)
        if record is None:
            return None
        pair = pair_of(record.lesson, start.built.application, end.asked, start.asked, self._at)
        self._store.add_lesson_evidence([pair])
        why = f"{len(start.red - end.red)} scenarios failed with it and pass without it"
        if record.status == "active":
            self._store.move_lesson(key, "quarantined", self._change(why))
        return _report(record.lesson, "quarantined", why)

    def quarantine(self, keys: Iterable[str], why: str) -> Iterator[LessonReport]:
        """Take out active lessons with which nothing could be built."""
        for key in keys:
            record = self._store.lesson(key)
            if record is not None and record.status == "active":
                self._store.move_lesson(key, "quarantined", self._change(why))
                yield _report(record.lesson, "quarantined", why)

    def _change(self, why: str) -> Change:
        return Change(by=BY, why=why[:2000], at=self._at)


def look_back(bank: Bank, at: datetime) -> tuple[str, ...]:
    """Look through what was learnt before: harmful and worn-out lessons go, proven ones become proposals; sentences."""
    from patternbank.lessons.keeping import settle_lessons
    from patternbank.lessons.proposing import propose_all

    if bank.read_only:
        return ()
    settled = settle_lessons(bank, BY, at)
    proposed = tuple(
        f"{one.reference} is proposed in place of {one.corrects}: see `patternbank proposals {one.id[:12]}`"
        for one in propose_all(bank, at)
    )
    return (*settled, *proposed)


def take_out_spoilt(bank: Bank, built: Built) -> tuple[str, ...]:
    """Quarantine the lessons that a build had to leave out; a sentence for each."""
    if not built.spoilt or bank.read_only:
        return tuple(f"lesson {key[:12]} was left out: nothing can be built with it" for key in built.spoilt)
    collector = FeedbackCollector(bank, (), datetime.now(UTC))
    why = "an application could be built without it and not with it"
    return tuple(
        f"lesson {one.lesson[:12]} was left out and is quarantined: nothing can be built with it"
        for one in collector.quarantine(built.spoilt, why)
    )


def taught_by(start: Step, end: Step) -> Taught:
    """What a repair showed, for drafting."""
    fixed = start.red - end.red
    return Taught(
        steering=end.steering,
        before=start.built.bindings,
        after=end.built.bindings,
        blamed=blamed(start.built.tree, end.built.tree),
        kinds=tuple({task.node: task.graph.labels[:1] for task in plan(start.built.application).tasks}.items()),
        cause=main_cause(start.diagnoses) or "",
        family=family_of(diagnosis for diagnosis in start.diagnoses if diagnosis.scenario in fixed),
        structure=structure_of(start.built.application),
    )


def family_of(diagnoses: Iterable[Diagnosis]) -> str:
    """The family of most of the failures."""
    counts = Counter(diagnosis.signature.family for diagnosis in diagnoses if diagnosis.signature is not None)
    return min(counts, key=lambda family: (-counts[family], family)) if counts else ""


def say_replays(replays: Sequence[Replay]) -> str:
    """What the gate saw, in one line."""
    changed = [one.application for one in replays if one.changed]
    named = f" ({', '.join(changed)})" if changed else ""
    return f"replayed on {len(replays)} applications: {len(changed)} are built otherwise{named}, none is worse"


def _report(lesson: Lesson, status: str, why: str) -> LessonReport:
    return LessonReport(lesson=lesson.id, says=told_of(lesson), status=status, why=why)
