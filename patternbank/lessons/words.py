"""Say in plain words what went wrong, and what a build does instead."""

from patternbank.lessons.records import Action, Advise, Avoid, Lesson, Require

CAUSES = {
    "START_FAILURE": "the application did not start",
    "MISSING_PRECONDITION": "a row that had to be there was not",
    "LOST_UPDATE": "of two changes at the same time one was lost",
    "ACCESS_VIOLATION": "somebody saw or changed what is not theirs",
    "WRONG_STATUS_CODE": "a call was answered with the wrong status",
    "UNEXPECTED_SIDE_EFFECT": "something changed that had to stay as it was",
    "MISSING_SIDE_EFFECT": "a change that was promised did not happen",
    "QUERY_MISMATCH": "a list held the wrong rows, or held them in the wrong order",
    "PERFORMANCE": "the work grew with the number of rows",
    "RESPONSE_MISMATCH": "an answer did not hold what it had to hold",
}
UNKNOWN = "the cause is not known"


def cause(name: str) -> str:
    """Give what a cause means; one that this release does not know stands for itself."""
    return CAUSES.get(name, name or UNKNOWN)


def place(reference: str, fragment: str) -> str:
    """Give where something went wrong."""
    return f"'{fragment}' of {reference}" if fragment else reference


def remedy(action: Action, against: str) -> str:
    """Give what a build does instead, in one sentence without its full stop."""
    if isinstance(action, Avoid):
        return f"does not take {against}" + (f"; {action.instead} was proved in its place" if action.instead else "")
    if isinstance(action, Require):
        return f"takes {against} with {action.slot} set to {action.value}"
    if isinstance(action, Advise):
        return f"tells whoever writes: {action.text}"
    return f"corrects what {place(against, action.fragment)} gives"


def title(lesson: Lesson) -> str:
    """Give a lesson in a few words."""
    return f"{cause(lesson.cause)} with {place(lesson.against, lesson.fragment)}"
