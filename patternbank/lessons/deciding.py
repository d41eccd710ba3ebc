"""What a person decides about lessons and proposals: accept, reject, activate, take back."""

from typing import TypeVar

from patternbank.bank import Bank
from patternbank.checking import check_pattern, check_together
from patternbank.curation.adding import Added, add_checked
from patternbank.errors import UnknownLessonError
from patternbank.lessons.proposing import proposed
from patternbank.lessons.records import LessonRecord, LessonStatus, Proposal
from patternbank.lessons.states import LESSON_WAYS, check_lesson_way, check_proposal_way
from patternbank.lifecycle import Change

_Found = TypeVar("_Found")


def find_lesson(bank: Bank, key: str) -> LessonRecord:
    """Give the lesson whose id begins so."""
    exact = bank.store.lesson(key)
    found = [exact] if exact else [one for one in bank.store.lessons() if key and one.lesson.id.startswith(key)]
    return _only(found, f"lesson {key}", "see `patternbank lessons`")


def find_proposal(bank: Bank, key: str) -> Proposal:
    """Give the proposal whose id begins so."""
    exact = bank.store.proposal(key)
    found = [exact] if exact else [one for one in bank.store.proposals() if key and one.id.startswith(key)]
    return _only(found, f"proposal {key}", "see `patternbank proposals`")


def accept(bank: Bank, proposal: Proposal, change: Change, *, dry_run: bool = False) -> Added:
    """Add the proposed version as any other; only when it is there is the proposal accepted.

    Builds follow the lesson until the version is golden. What was done half-way is done to its end by a second call.
    """
    if proposal.status != "accepted":
        check_proposal_way(proposal.id, proposal.status, "accepted")
    record = bank.store.lesson(proposal.lesson)
    if record is None:
        raise UnknownLessonError(f"the bank holds no lesson {proposal.lesson}", "reject the proposal")
    if record.status != "accepted":
        check_lesson_way(proposal.lesson, record.status, "accepted")
    version = proposed(proposal)
    findings = (*check_pattern(version), *check_together([version]))
    found = add_checked(bank, [version], findings, change, dry_run=dry_run)
    if not found.findings and not dry_run:
        bank.store.settle_proposal(proposal.id, "accepted", change)
    return found


def check_decision(record: LessonRecord, status: LessonStatus) -> None:
    """Raise ``LifecycleError`` where no way leads a lesson to a status, not even by way of a draft."""
    if record.status != status and not _is_again_a_draft(record, status):
        check_lesson_way(record.lesson.id, record.status, status)


def decide(bank: Bank, record: LessonRecord, status: LessonStatus, change: Change) -> None:
    """Move a lesson because a person says so; what was taken back is a draft again before builds follow it."""
    check_decision(record, status)
    if _is_again_a_draft(record, status):
        bank.store.move_lesson(record.lesson.id, "draft", change)
    bank.store.move_lesson(record.lesson.id, status, change)


def _is_again_a_draft(record: LessonRecord, status: LessonStatus) -> bool:
    return status == "active" and "draft" in LESSON_WAYS[record.status]


def _only(found: list[_Found], name: str, hint: str) -> _Found:
    if not found:
        raise UnknownLessonError(f"the bank holds no {name}", hint)
    if len(found) > 1:
        raise UnknownLessonError(f"{len(found)} begin like {name}", "write more of it")
    return found[0]
