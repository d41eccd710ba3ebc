"""Lessons, their evidence and proposals that the bank's tests share."""

from datetime import timedelta

from patternbank.lessons.records import Avoid, Lesson, LessonEvidence, LessonRecord, Proposal
from patternbank.values import digest
from tests.patternbank.past import NOON, key


def lesson(against: str = "a@1.0.0", **given: object) -> Lesson:
    """Something that was learnt about a version."""
    plain = {
        "against": against,
        "digest": key("d"),
        "capability": "a",
        "action": Avoid(instead="a@1.1.0"),
        "cause": "MISSING_SIDE_EFFECT",
        "family": digest("family"),
        "fragment": "a",
        "learnt_in": key("x"),
        "story": "é: the row stayed as it was",
    }
    return Lesson.model_validate({**plain, **given})


def record(against: str = "a@1.0.0", status: str = "active", **given: object) -> LessonRecord:
    """A lesson as it comes into the bank."""
    made = lesson(against, **given)
    return LessonRecord.model_validate({"lesson": made, "status": status, "by": "ann", "why": "replayed", "at": NOON})


def pair(of: str, word: str = "a", won: int = 1, minutes: int = 0, environment: str = "") -> LessonEvidence:
    """An application with and without a lesson: ``won`` more scenarios passed with it."""
    return LessonEvidence(
        lesson=of,
        application=key(word),
        environment=environment,
        total=20,
        passed_with=10 + won,
        passed_without=10,
        source="a replay",
        at=NOON + timedelta(minutes=minutes),
    )


def proposal(of: str = "l", word: str = "p") -> Proposal:
    """A version that a lesson proposes."""
    return Proposal(
        id=word,
        lesson=of,
        reference="a@1.0.1",
        corrects="a@1.0.0",
        digest=key("e"),
        body="{}",
        diff="-é\n+e\n",
        at=NOON,
    )
