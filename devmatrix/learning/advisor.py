"""Asks the bank, for every task of a build, what was learnt about the versions that could serve it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache

from pydantic import ValidationError

from devmatrix.artifacts.graphs import neutral_graph
from devmatrix.artifacts.plan import Plan, Task
from devmatrix.artifacts.steering import Exclusion, Rewrite, SlotChoice, Steering, Told, Words
from patternbank.bank import Bank
from patternbank.lessons.records import Advise, Avoid, Lesson, Require, RewriteCode
from patternbank.patterns import Subject, misfits
from patternbank.patterns.fit import Fit
from patternbank.ports import ActiveLesson


class AntiPatternAdvisor:
    """The active lessons of a bank, asked task by task; those of them that are ``ignored`` have no say."""

    def __init__(self, bank: Bank, plan: Plan, ignored: tuple[str, ...] = ()) -> None:
        self.told = Steering()
        """All that was said so far."""
        self.words: list[Words] = []
        self.unreadable: set[str] = set()
        """Lessons that say something in a form that this release does not know: nothing is done about them."""
        self._bank = bank
        self._ignored = frozenset(ignored)
        self._lessons: dict[str, dict[str, list[ActiveLesson]]] = {}
        self._fits: dict[str, Fit | None] = {}
        self._load({task.capability for task in plan.tasks})

    def advise(self, task: Task) -> Steering:
        """What is to be done otherwise for a task than without lessons."""
        if task.capability not in self._lessons:
            self._load({task.capability})  # something that a chosen pattern requires
        told = list[Told]()
        for lesson in self.of(task):
            if isinstance(lesson.action, Advise):
                self.words.append(Words(lesson=lesson.id, task=task.id, text=lesson.action.text))
            else:
                told.append(_told(lesson, task))
        steering = _steering(told)
        self.told = self.told | steering if told else self.told
        return steering

    def of(self, task: Task) -> Iterator[Lesson]:
        """The lessons whose predicate holds of a task; of several that say the same, the first."""
        if not self._lessons[task.capability]:
            return
        subject = Subject(neutral_graph(task.graph), task.facts, task.settings)
        said: set[tuple[str, str]] = set()
        for when, lessons in self._lessons[task.capability].items():
            fit = self._fits[when]
            if fit is None:
                self.unreadable |= {active.id for active in lessons}
                continue
            if next(misfits(fit, subject), None) is not None:
                continue
            for active in lessons:
                lesson = _parsed(active.lesson)
                if lesson is None:
                    self.unreadable.add(active.id)
                    continue
                key = (lesson.against, lesson.action.model_dump_json(exclude={"instead"}))
                if key not in said:
                    said.add(key)
                    yield lesson

    def _load(self, capabilities: Collection[str]) -> None:
        """Read the lessons about versions that provide some capabilities, sorted by what they ask of a task."""
        held: dict[tuple[str, str], list[str]] = defaultdict(list)
        for capability in sorted(capabilities):
            self._lessons[capability] = defaultdict(list)
            for entry in self._bank.providing(capability):
                held[entry.reference, entry.digest].append(capability)
        for lesson in self._bank.active_lessons(tuple(sorted({reference for reference, _ in held}))):
            if lesson.id in self._ignored:
                continue
            for capability in held.get((lesson.against, lesson.digest), ()):
                if lesson.capability in ("", capability):
                    self._lessons[capability][lesson.when].append(lesson)
                    self._fits.setdefault(lesson.when, _fit(lesson.when))


@lru_cache(maxsize=4096)
def _fit(text: str) -> Fit | None:
    try:
        return Fit.model_validate_json(text)
    except ValidationError:
        return None


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> Lesson | None:
    try:
        return Lesson.model_validate_json(text)
    except ValidationError:
        return None


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
