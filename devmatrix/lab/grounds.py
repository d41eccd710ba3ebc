"""The applications that faults are put into: sound, asked once as a whole, and ready to be asked again."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from devmatrix.artifacts.asked import Asked
from devmatrix.artifacts.reports import ObligationCount, SmokeReport, Verdict
from devmatrix.artifacts.scenarios import Scenario, ScenarioSuite
from devmatrix.artifacts.serving import touched_by
from devmatrix.artifacts.tree import FileTree
from devmatrix.backend.fastapi import Renderer
from devmatrix.errors import DevMatrixError
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.build import Built, Reading, build_application, derive
from devmatrix.pipeline.corpus import shipped
from devmatrix.pipeline.proving import Trials, digest_of_tree, only
from devmatrix.pipeline.recorder import Recorder
from devmatrix.repair.differences import blamed
from devmatrix.runtime.deploy import Deployer
from devmatrix.runtime.smoke.watching import spread
from devmatrix.scenarios import derive_seeds
from patternbank.bank import Bank
from patternbank.overlay import Overlay
from patternbank.patterns import PatternVersion

MOST = 160
"""Scenarios that are asked at first; all of them are where these show nothing."""


class SureTrials(Trials):
    """Asks trees, but for those that were seen to pass in this lab: the same bytes, under the same scenarios."""

    def __init__(self, application: ApplicationIR, deployer: Deployer) -> None:
        super().__init__(application, deployer)
        self.green: set[str] = set()
        self._sound: dict[str, Scenario] = {}

    def trust(self, tree: FileTree, suite: ScenarioSuite) -> None:
        """Take a tree for green under the scenarios of a suite."""
        self.green.add(digest_of_tree(tree))
        self._sound = {scenario.id: scenario for scenario in suite.scenarios}

    def ask(self, tree: FileTree, suite: ScenarioSuite, *, watch: bool = False) -> Asked:
        """The verdicts on the scenarios of ``suite``."""
        if digest_of_tree(tree) in self.green and self._knows(suite):
            return passed(suite)
        return super().ask(tree, suite, watch=watch)

    def _knows(self, suite: ScenarioSuite) -> bool:
        """Whether all scenarios are those that were seen to pass, rows and all."""
        return all(self._sound.get(one.id) is one or self._sound.get(one.id) == one for one in suite.scenarios)


class Ground:
    """One application of the lab; ``bank`` holds only what is sound."""

    def __init__(self, name: str, bank: Bank, deployer: Deployer) -> None:
        self.name = name
        self.application = shipped(name)
        built = build_application(self.application, bank, Recorder())
        if isinstance(built, Reading):
            raise DevMatrixError(f"{name} cannot be built: {built.diagnostics[0].message}")
        self.sound: Built = built
        self.prover = SureTrials(self.application, deployer)

    @cached_property
    def suite(self) -> ScenarioSuite:
        """All scenarios."""
        return derive(self.application)

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self.application, derive_seeds(self.application))

    def renders_otherwise(self, versions: Sequence[PatternVersion], bank: Bank) -> bool:
        """Whether other versions of patterns that it is built of give other files; nothing else is rendered for it."""
        over = Overlay(bank, versions)
        numbers = {version.name: version.version for version in versions}
        for binding in self.sound.bindings:
            if binding.pattern in numbers:
                other = binding.model_copy(update={"version": numbers[binding.pattern]})
                pieces = (self._renderer.pieces(one, over) for one in (binding, other))
                sound, faulty = ([(piece.path, piece.text) for piece in found] for found in pieces)
                if sound != faulty:
                    return True
        return False

    def prove(self) -> int:
        """Ask the sound application everything; the number of its scenarios. DevMatrixError when one is red."""
        asked = self.prover.ask(self.sound.tree, self.suite)
        if asked.red:
            first = next(iter(asked.red.values()))
            hint = "the lab measures faults in sound applications: `devmatrix run` shows what is wrong with this one"
            raise DevMatrixError(f"{self.name} is red before any fault: {first.id}: {first.reason}", hint=hint)
        self.trust()
        return len(self.suite.scenarios)

    def trust(self) -> None:
        """Take the sound application for green: it was asked by another worker of the same lab."""
        self.prover.trust(self.sound.tree, self.suite)

    def touched(self, tree: FileTree) -> ScenarioSuite:
        """Scenarios of the operations that a difference to the sound tree serves, of every kind some."""
        nodes = {place.node for place in blamed(self.sound.tree, tree)}
        operations = frozenset(self._served(nodes))
        served = [scenario for scenario in self.suite.scenarios if scenario.operation in operations]
        wanted = spread(served or self.suite.scenarios, MOST)
        return only(self.suite, {scenario.id for scenario in wanted})

    def _served(self, nodes: Iterable[str]) -> Iterable[str]:
        operations = {operation.id: operation for operation in self.application.api.operations}
        entities = {entity.id: entity.name for entity in self.application.domain.entities}
        for node in nodes:
            if node in operations:
                yield node
            elif node in entities:
                touching = (o for o in operations.values() if entities[node] in touched_by(self.application, o))
                yield from (operation.id for operation in touching)
            else:
                yield from operations


def passed(suite: ScenarioSuite) -> Asked:
    """Every scenario of a suite, passed."""
    verdicts = tuple(
        Verdict(id=one.id, kind=one.kind, operation=one.operation, covers=(), expected="", actual="", verdict="passed")
        for one in suite.scenarios
    )
    report = SmokeReport(
        total=len(verdicts),
        passed=len(verdicts),
        failed=0,
        skipped=0,
        obligations=ObligationCount(),
        scenarios=verdicts,
    )
    return Asked(report=report)


class Beside:
    """An application as a neighbour on which a lesson is replayed; of a faulty tree it asks what the fault touches."""

    def __init__(self, ground: Ground, suite: ScenarioSuite) -> None:
        self.ground = ground
        self._suite = suite

    @property
    def name(self) -> str:
        """The name of the application."""
        return self.ground.name

    @property
    def application(self) -> ApplicationIR:
        """Its typed form."""
        return self.ground.application

    @property
    def prover(self) -> SureTrials:
        """What asks its trees."""
        return self.ground.prover

    def suite(self) -> ScenarioSuite:
        """The scenarios that are asked."""
        return self._suite

    def known(self, digest: str) -> Asked | None:
        """All green for the sound tree."""
        return passed(self._suite) if digest in self.ground.prover.green else None
