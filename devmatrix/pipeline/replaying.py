"""The gate of a lesson: the shipped applications are built with and without it, and asked where they differ."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.base import Node
from devmatrix.pipeline.build import Bound, Built, bind_patterns, build_application, chosen
from devmatrix.pipeline.proving import Prover, digest_of_tree
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.remembering import ENVIRONMENT, structure_of
from patternbank.bank import Bank
from patternbank.errors import PatternBankError
from patternbank.lessons.records import Lesson, LessonEvidence

SOURCE = "replay"


class Neighbour(Protocol):
    """An application on which lessons are replayed."""

    @property
    def name(self) -> str:
        """What it is called in reports."""

    @property
    def application(self) -> ApplicationIR:
        """Its typed form."""

    @property
    def prover(self) -> Prover:
        """What asks its trees."""

    def suite(self) -> ScenarioSuite:
        """Its scenarios."""

    def known(self, digest: str) -> Asked | None:
        """What was said of a tree before, if anybody asked it."""


class Replay(Node):
    """What became of one lesson on one application; ``harm`` says why it must not be followed, empty if nothing."""

    application: str
    lesson: str
    changed: bool
    harm: str = ""
    evidence: LessonEvidence | None = None


def replay(
    lesson: Lesson, neighbours: Iterable[Neighbour], bank: Bank, at: datetime, asks: int = 2
) -> Iterator[Replay]:
    """Build each neighbour without and with the lesson. Where its files differ, what it becomes must pass all that it
    passed before. ``asks``: how many trees without the lesson are asked only to know what it is good for.
    """
    told = bank.taught([lesson])
    for neighbour in neighbours:
        if binds_alike(neighbour.application, bank, told):
            yield Replay(application=neighbour.name, lesson=lesson.id, changed=False)
            continue
        without = _built(neighbour.application, bank)
        built = _built(neighbour.application, told)
        if without is None:
            continue  # nothing can be built of it here: the lesson cannot make it worse
        if built is None:
            yield _harm(neighbour, lesson, "cannot be built with it")
            return
        if digest_of_tree(without.tree) == digest_of_tree(built.tree):
            yield Replay(application=neighbour.name, lesson=lesson.id, changed=False)
            continue
        found = _compare(neighbour, lesson, without, built, at, ask=asks > 0)
        asks -= found.evidence is not None
        yield found
        if found.harm:
            return


def binds_alike(application: ApplicationIR, one: Bank, other: Bank) -> bool:
    """Whether two banks give the same versions for every task, so that the files must be the same."""
    bound = [bind_patterns(application, bank, Recorder()) for bank in (one, other)]
    first, second = (chosen(found) if isinstance(found, Bound) else None for found in bound)
    return first is not None and first == second


def _compare(neighbour: Neighbour, lesson: Lesson, without: Built, built: Built, at: datetime, *, ask: bool) -> Replay:
    after = ask_known(neighbour, built)
    if not after.red:
        if not ask:
            return Replay(application=neighbour.name, lesson=lesson.id, changed=True)
        before = ask_known(neighbour, without)
    else:
        before = ask_known(neighbour, without)
        worse = sorted(after.red.keys() - before.red.keys())
        if worse and not before.fallen:
            return _harm(neighbour, lesson, f"{len(worse)} scenarios are red with it, {worse[0]} the first")
    pair = pair_of(lesson, neighbour.application, before, after, at)
    return Replay(application=neighbour.name, lesson=lesson.id, changed=True, evidence=pair)


def pair_of(lesson: Lesson, application: ApplicationIR, without: Asked, with_it: Asked, at: datetime) -> LessonEvidence:
    """The two rounds as evidence; of a tree that is known to be green all that was asked of the other one passes."""
    asked = [one.report.total for one in (without, with_it) if one.report.scenarios]
    total = max(asked or [without.report.total, with_it.report.total])
    return LessonEvidence(
        lesson=lesson.id,
        application=structure_of(application),
        environment=ENVIRONMENT,
        total=total,
        passed_with=with_it.report.passed if with_it.report.scenarios else total,
        passed_without=without.report.passed if without.report.scenarios else total,
        source=SOURCE,
        at=at,
    )


def ask_known(neighbour: Neighbour, built: Built) -> Asked:
    """The verdicts on a tree, asked only if nobody did."""
    known = neighbour.known(digest_of_tree(built.tree))
    return known if known is not None else neighbour.prover.ask(built.tree, neighbour.suite())


def _built(application: ApplicationIR, bank: Bank) -> Built | None:
    try:
        built = build_application(application, bank, Recorder())
    except (PatternBankError, ValueError):
        return None  # a lesson that no pattern can follow
    return built if isinstance(built, Built) else None


def _harm(neighbour: Neighbour, lesson: Lesson, why: str) -> Replay:
    return Replay(application=neighbour.name, lesson=lesson.id, changed=True, harm=f"{neighbour.name} {why}")
