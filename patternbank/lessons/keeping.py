"""Look through the active lessons: take back those that harm, lay aside those that matter no more."""

from datetime import datetime

from patternbank.bank import Bank
from patternbank.lessons.judging import harmed, independent, is_worn_out
from patternbank.lessons.records import LessonRecord
from patternbank.lessons.words import title
from patternbank.lifecycle import Change
from patternbank.patterns import Status


def settle_lessons(bank: Bank, by: str, at: datetime) -> tuple[str, ...]:
    """Quarantine active lessons with any harm, retire those that are worn out; say what was done, a sentence each."""
    said = list(lay_down(bank, by, at))
    for record in bank.store.lessons(status="active"):
        evidence = bank.store.lesson_evidence(record.lesson.id)
        if harmed(evidence):
            places = len({one.application for one in independent(evidence) if one.outcome == "harm"})
            why = f"it made results worse in {places} {'application' if places == 1 else 'applications'}"
            bank.store.move_lesson(record.lesson.id, "quarantined", Change(by=by, why=why, at=at))
            said.append(f"no longer followed, because {why}: {_named(record)}")
        elif is_worn_out(evidence, status_against(bank, record)):
            why = "the version that it is about is out of use, or it changes nothing any more"
            bank.store.move_lesson(record.lesson.id, "retired", Change(by=by, why=why, at=at))
            said.append(f"laid aside, because {why}: {_named(record)}")
    return tuple(said)


def lay_down(bank: Bank, by: str, at: datetime) -> tuple[str, ...]:
    """Accept the lessons whose proposed version is golden now: builds take that, and need the lesson no more."""
    said = []
    for proposal in bank.store.proposals(status="accepted"):
        name, _, version = proposal.reference.partition("@")
        entry = bank.store.entry(name, version)
        record = bank.store.lesson(proposal.lesson)
        golden = entry is not None and entry.digest == proposal.digest and entry.status is Status.GOLDEN
        if golden and record is not None and record.status == "active":
            why = f"{proposal.reference} is golden and has the fix in it"
            bank.store.move_lesson(proposal.lesson, "accepted", Change(by=by, why=why, at=at))
            said.append(f"laid down in {proposal.reference}, which is golden now: {_named(record)}")
    return tuple(said)


def status_against(bank: Bank, record: LessonRecord) -> Status | None:
    """Give the status of the version that a lesson is about; none where it is not there, or has other contents."""
    name, _, version = record.lesson.against.partition("@")
    entry = bank.entry(name, version)
    return entry.status if entry is not None and entry.digest == record.lesson.digest else None


def _named(record: LessonRecord) -> str:
    return f"lesson {record.lesson.id[:12]}, {title(record.lesson)}"
