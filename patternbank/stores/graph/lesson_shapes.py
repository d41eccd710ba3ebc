"""Lessons, their evidence and proposals as properties of nodes."""

from patternbank.lessons.records import Action, LessonEvidence, LessonRecord, Proposal
from patternbank.lessons.words import remedy, title
from patternbank.stores.lessons_rows import evidence_row, lesson_row
from patternbank.stores.records_rows import moment
from patternbank.values import digest


def lesson_properties(record: LessonRecord) -> dict[str, object]:
    """Give a lesson's node; ``name`` is what people read."""
    lesson = record.lesson
    return {**lesson_row(record), "name": title(lesson), "cause": lesson.cause, "fragment": lesson.fragment}


def remedy_properties(action: Action, against: str) -> dict[str, object]:
    """Give the node of what is done instead; lessons that do the same about the same share it."""
    told = action.model_dump_json()
    return {"id": digest([against, told]), "name": remedy(action, against), "kind": action.kind, "action": told}


def evidence_properties(evidence: LessonEvidence) -> dict[str, object]:
    """Give a measurement's node; its id is made of all but its time."""
    told = evidence.model_dump(mode="json", exclude={"at"})
    shown = f"{evidence.passed_with} with, {evidence.passed_without} without, of {evidence.total}"
    return {**evidence_row(evidence), "id": digest(told), "name": shown}


def proposal_properties(proposal: Proposal) -> dict[str, object]:
    """Give a proposal's node: what is asked for, what people read, and the whole as JSON."""
    names = {"id", "lesson", "reference", "corrects", "digest", "status", "by", "why"}
    shown = {"name": f"{proposal.reference}: {proposal.status}", "moment": moment(proposal.at)}
    return {**proposal.model_dump(include=names), **shown, "body": proposal.model_dump_json()}
