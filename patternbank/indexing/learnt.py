"""Carry what was learnt from one bank to another: lessons with their histories, measurements, proposals."""

from typing import cast

from patternbank.indexing.retold import is_told_alike
from patternbank.lessons.records import LessonRecord, LessonStatus
from patternbank.lifecycle import Change, HistoryEntry
from patternbank.ports import Store
from patternbank.values import Frozen


class Learnt(Frozen):
    """What was carried over, or in a dry run would be; ``conflicts`` are left alone."""

    lessons: int = 0
    changes: int = 0
    evidence: int = 0
    proposals: int = 0
    conflicts: tuple[str, ...] = ()


def carry_lessons(source: Store, target: Store, *, dry_run: bool) -> Learnt:
    """Bring lessons and all that belongs to them into the target; a second run carries nothing."""
    known = {record.lesson.id for record in target.lessons()}
    changes = evidence = 0
    conflicts: list[str] = []
    for record in source.lessons():
        wanted = source.lesson_history(record.lesson.id)
        if record.lesson.id not in known and not dry_run:
            target.keep_lessons([_as_it_came(record, wanted)])
        done = target.lesson_history(record.lesson.id) or wanted[:1]
        if is_told_alike(done, wanted[: len(done)]):
            changes += len(wanted) - len(done)
            for step in () if dry_run else wanted[len(done) :]:
                target.move_lesson(record.lesson.id, cast("LessonStatus", step.after), step.change)
        elif done[-1].after != record.status:
            conflicts.append(f"the lesson {record.lesson.id} went another way there: it is {done[-1].after}")
        evidence += _carry_evidence(source, target, record.lesson.id, dry_run=dry_run)
    proposals, unsettled = _carry_proposals(source, target, dry_run=dry_run)
    return Learnt(
        lessons=len({record.lesson.id for record in source.lessons()} - known),
        changes=changes,
        evidence=evidence,
        proposals=proposals,
        conflicts=(*conflicts, *unsettled),
    )


def _as_it_came(record: LessonRecord, history: tuple[HistoryEntry, ...]) -> LessonRecord:
    """Give a lesson as it was when it was added."""
    if len(history) == 1:
        return record
    first = history[0]
    came = {"status": first.after, "by": first.change.by, "why": first.change.why, "at": first.change.at}
    return record.model_copy(update=came)


def _carry_evidence(source: Store, target: Store, key: str, *, dry_run: bool) -> int:
    known = set(target.lesson_evidence(key))
    new = [one for one in source.lesson_evidence(key) if one not in known]
    return len(new) if dry_run or not new else target.add_lesson_evidence(new)


def _carry_proposals(source: Store, target: Store, *, dry_run: bool) -> tuple[int, tuple[str, ...]]:
    """Carry proposals with what became of them; one that was settled otherwise is named."""
    carried, conflicts = 0, []
    for proposal in source.proposals():
        there = target.proposal(proposal.id)
        if there is None:
            carried += 1
            if not dry_run:
                target.keep_proposal(proposal)
        elif there.status == "open" and proposal.status != "open":
            carried += 1
            if not dry_run:
                change = Change(by=proposal.by, why=proposal.why, at=proposal.at)
                target.settle_proposal(proposal.id, proposal.status, change)
        elif there.status != proposal.status and proposal.status != "open":
            conflicts.append(f"the proposal {proposal.id} was {there.status} there, and {proposal.status} here")
    return carried, tuple(conflicts)
