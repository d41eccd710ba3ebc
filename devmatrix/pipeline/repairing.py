"""Repairs an application upstream: another version or slot is tried, rendered anew, and kept only when it is proved."""

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.diagnosis import Diagnosis, Suspect
from devmatrix.artifacts.reports import Repair
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.artifacts.steering import NOTHING, Steering
from devmatrix.artifacts.tree import FileTree
from devmatrix.learning.diagnosing import diagnose, main_cause
from devmatrix.pipeline.build import Bound, Built, bind_patterns, build_application, chosen
from devmatrix.pipeline.donating import donated
from devmatrix.pipeline.proving import Prover, digest_of_tree, only
from devmatrix.pipeline.recorder import Recorder
from devmatrix.repair.attempts import Attempt, attempts
from devmatrix.repair.differences import unified
from devmatrix.repair.minimising import minimise
from patternbank.bank import Bank
from patternbank.errors import PatternBankError

PROBES = 40
"""Red scenarios that a trial is asked first."""


@dataclass
class Limits:
    """How much a repair may cost: rounds, seconds, trees that are asked."""

    rounds: int = 4
    seconds: float = 300.0
    trials: int = 40
    begun: float = field(default_factory=time.monotonic)

    def spend(self) -> bool:
        """Whether one more tree may be asked; it is counted."""
        self.trials -= 1
        return self.trials >= 0 and time.monotonic() - self.begun < self.seconds


@dataclass(frozen=True)
class Step:
    """Where a repair stands: what was told, what it gave, what is still red."""

    built: Built
    asked: Asked
    diagnoses: tuple[Diagnosis, ...]
    steering: Steering = NOTHING
    repairs: tuple[Repair, ...] = ()
    attempts: tuple[Attempt, ...] = ()

    @property
    def red(self) -> frozenset[str]:
        """The scenarios that fail, those apart that do not fail again."""
        flaky = {diagnosis.scenario for diagnosis in self.diagnoses if diagnosis.flaky}
        return frozenset(self.asked.red) - flaky

    @property
    def suspects(self) -> tuple[Suspect, ...]:
        """All places that may be to blame."""
        return tuple(suspect for diagnosis in self.diagnoses for suspect in diagnosis.suspects)


class Upstream:
    """Repairs by what a build is told."""

    def __init__(self, bank: Bank, suite: ScenarioSuite, prover: Prover, limits: Limits) -> None:
        self._bank = bank
        self._suite = suite
        self._prover = prover
        self._limits = limits
        self._seen: set[str] = set()
        self._builds: dict[Steering, Built | None] = {}

    def repair(self, start: Step) -> Step:
        """The furthest step that is proved; the start itself when nothing helps."""
        step = start
        self._seen.add(digest_of_tree(start.built.tree))
        for _ in range(self._limits.rounds):
            found = self._one(step) or self._together(step) or self._graft(step) if step.red else None
            if found is None:
                return step
            step = found
        return step

    def _one(self, step: Step) -> Step | None:
        """The first single attempt that helps and harms nothing."""
        for attempt in attempts(step.built.bindings, step.suspects, self._bank):
            found = self._try(step, (attempt,))
            if found is not None:
                return found
        return None

    def _together(self, step: Step) -> Step | None:
        """Faults that hide each other: everything at once, then as little of it as helps as much."""
        choice = tuple(attempts(step.built.bindings, step.suspects, self._bank))
        whole = self._try(step, choice) if len(choice) > 1 else None
        if whole is None:
            return None
        helpful = {digest_of_tree(whole.built.tree): whole}

        def helps_as_much(part: Collection[Attempt]) -> bool:
            digest = self._digest(step, tuple(part))
            found = helpful.get(digest) or self._try(step, tuple(part))
            if found is None or len(found.red) > len(whole.red):
                return False
            helpful[digest] = found
            return True

        least = minimise(choice, helps_as_much)
        found = helpful[self._digest(step, least)]
        return self._stepped(step, found.built, found.asked, least)

    def _graft(self, step: Step) -> Step | None:
        """Where no other version can be bound: the part of one that helps, as a codemod."""
        probes = only(self._suite, self._probes(step))

        def passes(tree: FileTree) -> bool:
            return self._limits.spend() and not self._prover.ask(tree, probes).red

        for attempt in donated(step.built, step.suspects, self._bank, passes):
            found = self._try(step, (attempt,))
            if found is not None:
                return found
        return None

    def _digest(self, step: Step, choice: tuple[Attempt, ...]) -> str:
        built = self._build(step, choice)
        return digest_of_tree(built.tree) if built is not None else ""

    def _build(self, step: Step, choice: tuple[Attempt, ...]) -> Built | None:
        steering = _told(step, choice)
        if steering not in self._builds:
            self._builds[steering] = self._built(step, steering)
        return self._builds[steering]

    def _built(self, step: Step, steering: Steering) -> Built | None:
        application = step.built.application
        try:
            bound = bind_patterns(application, self._bank, Recorder(), steering)
            if not isinstance(bound, Bound) or chosen(bound) == chosen(step.built):
                return None  # nothing else would be rendered
            built = build_application(application, self._bank, Recorder(), steering)
        except (PatternBankError, ValueError):
            return None  # what was tried fits no pattern: it is no repair
        return built if isinstance(built, Built) else None

    def _try(self, step: Step, choice: tuple[Attempt, ...]) -> Step | None:
        """The step after some attempts; None when they do not help, or something else turns red."""
        built = self._build(step, choice)
        if built is None or (digest := digest_of_tree(built.tree)) in self._seen or not self._limits.spend():
            return None
        self._seen.add(digest)
        probed = self._prover.ask(built.tree, only(self._suite, self._probes(step)))
        if probed.fallen or (not step.asked.fallen and step.red & probes_of(probed) <= probed.red.keys()):
            return None
        asked = self._prover.ask(built.tree, self._suite)
        if not is_better(step, asked):
            return None
        return self._stepped(step, built, asked, choice)

    def _stepped(self, step: Step, built: Built, asked: Asked, choice: tuple[Attempt, ...]) -> Step:
        steering = _told(step, choice)
        diagnoses = diagnose(asked.report, self._suite, (), built.application, built.tree, built.bindings)
        fixed = sorted(step.red - asked.red.keys())
        repair = Repair(
            scenario=fixed[0],
            scenarios=tuple(fixed),
            cause=main_cause(step.diagnoses) or "",
            action="; ".join(attempt.action for attempt in choice),
            kind=choice[0].kind,
            diff=unified(step.built.tree, built.tree),
            proved=True,
        )
        return Step(built, asked, diagnoses, steering, (*step.repairs, repair), (*step.attempts, *choice))

    def _probes(self, step: Step) -> frozenset[str]:
        """A sample of what is red, spread over operations and kinds; any scenarios where nothing could be asked."""
        if step.asked.fallen:
            return frozenset(scenario.id for scenario in self._suite.scenarios[:PROBES])
        return frozenset(sample(step))


def _told(step: Step, choice: Iterable[Attempt]) -> Steering:
    """What a build is told after some attempts."""
    steering = step.steering
    for attempt in choice:
        steering = steering | attempt.steering
    return steering


def sample(step: Step) -> Iterator[str]:
    """Red scenarios, one of each operation and kind after the other, until there are enough."""
    groups: dict[tuple[str, str], list[str]] = {}
    for verdict in step.asked.red.values():
        if verdict.id in step.red:
            groups.setdefault((verdict.operation, verdict.kind), []).append(verdict.id)
    waves = max((len(group) for group in groups.values()), default=0)
    spread = [group[wave] for wave in range(waves) for group in groups.values() if wave < len(group)]
    yield from spread[:PROBES]


def probes_of(asked: Asked) -> frozenset[str]:
    """What was asked."""
    return frozenset(verdict.id for verdict in asked.report.scenarios if verdict.verdict != "skipped")


def is_better(step: Step, asked: Asked) -> bool:
    """Whether something red is green now, and nothing is red that was not."""
    if asked.fallen:
        return False
    red = asked.red.keys()
    return step.asked.fallen or (red <= step.asked.red.keys() and not step.red <= red)
