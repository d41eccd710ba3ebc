"""Asks the bank, for every task of a build, what was learnt about the versions that could serve it."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from devmatrix.artifacts.graphs import neutral_graph
from devmatrix.artifacts.plan import Plan, Task
from devmatrix.artifacts.steering import Exclusion, Rewrite, SlotChoice, Steering, Told
from devmatrix.ir.base import Node
from patternbank.bank import Bank
from patternbank.lessons.records import Advise, Avoid, Lesson, Require, RewriteCode
from patternbank.patterns import Subject, misfits
from patternbank.patterns.fit import Fit
from patternbank.ports import ActiveLesson


class Words(Node):
    """What a lesson says of a task to whoever writes; nothing is done by itself."""

    lesson: str
    task: str
    text: str


class Advice(Node):
    """What is to be done otherwise than without lessons, and what is only to be said."""

    steering: Steering = Steering()
    words: tuple[Words, ...] = ()


class AntiPatternAdvisor:
    """The active lessons of a bank; those of them that are ``ignored`` have no say."""

    def __init__(self, bank: Bank, plan: Plan, ignored: tuple[str, ...] = ()) -> None:
        self._plan = plan
        held = {
            (entry.reference, entry.digest): entry.manifest.capabilities
            for capability in sorted({task.capability for task in plan.tasks})
            for entry in bank.providing(capability)
        }
        found = bank.active_lessons(tuple(sorted({reference for reference, _ in held})))
        self._lessons: dict[tuple[str, str], list[ActiveLesson]] = defaultdict(list)
        for lesson in found:
            provided = held.get((lesson.against, lesson.digest), ())
            for capability in provided if not lesson.capability else {lesson.capability} & set(provided):
                if lesson.id not in ignored:
                    self._lessons[capability, lesson.when].append(lesson)
        self._fits = {when: Fit.model_validate_json(when) for _, when in self._lessons}

    def advise(self) -> Advice:
        """All that is to be told of this plan."""
        if not self._lessons:
            return Advice()
        told, words = list[Told](), list[Words]()
        for task in self._plan.tasks:
            for lesson in self.of(task):
                if isinstance(lesson.action, Advise):
                    words.append(Words(lesson=lesson.id, task=task.id, text=lesson.action.text))
                else:
                    told.append(_told(lesson, task))
        return Advice(steering=_steering(told), words=tuple(words))

    def of(self, task: Task) -> Iterator[Lesson]:
        """The lessons whose predicate holds of a task; of several that say the same, the first."""
        subject: Subject | None = None
        said: set[tuple[str, str]] = set()
        for (capability, when), lessons in self._lessons.items():
            if capability != task.capability:
                continue
            subject = subject or Subject(neutral_graph(task.graph), task.facts, task.settings)
            if next(misfits(self._fits[when], subject), None) is not None:
                continue
            for active in lessons:
                lesson = _parsed(active.lesson)
                key = (lesson.against, lesson.action.model_dump_json(exclude={"instead"}))
                if key not in said:
                    said.add(key)
                    yield lesson


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> Lesson:
    return Lesson.model_validate_json(text)


def _told(lesson: Lesson, task: Task) -> Told:
    where = {"reference": lesson.against, "capability": task.capability, "node": task.node}
    where |= {"lesson": lesson.id, "why": told_of(lesson)}
    match lesson.action:
        case Avoid():
            return Exclusion(**where)
        case Require(slot=slot, value=value):
            return SlotChoice(**where, slot=slot, value=value)
        case RewriteCode(fragment=fragment, find=find, put=put):
            return Rewrite(**where, fragment=fragment, find=find, put=put)
        case Advise():
            raise AssertionError("words steer nothing")


def told_of(lesson: Lesson) -> str:
    """What a lesson does, in one line."""
    match lesson.action:
        case Avoid():
            done = f"{lesson.against} is avoided"
        case Require(slot=slot, value=value):
            done = f"{slot} of {lesson.against} is set to {value}"
        case RewriteCode(fragment=fragment):
            done = f"{fragment} of {lesson.against} is rewritten"
        case Advise(text=text):
            done = text
    return f"lesson {lesson.id[:12]}: {done}, for it led to {lesson.cause}"


def _steering(told: list[Told]) -> Steering:
    return Steering(
        exclusions=tuple(part for part in told if isinstance(part, Exclusion)),
        slots=tuple(part for part in told if isinstance(part, SlotChoice)),
        rewrites=tuple(part for part in told if isinstance(part, Rewrite)),
    )
