"""A lesson as builds look it up."""

from patternbank.lessons.records import Lesson
from patternbank.ports import ActiveLesson


def as_active(lesson: Lesson) -> ActiveLesson:
    """Give the row that a store would give of the lesson, were it active."""
    return ActiveLesson(
        id=lesson.id,
        against=lesson.against,
        digest=lesson.digest,
        capability=lesson.capability,
        when=lesson.when.model_dump_json(by_alias=True),
        lesson=lesson.to_json(),
    )
