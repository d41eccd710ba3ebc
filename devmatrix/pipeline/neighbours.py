"""The shipped applications as neighbours: deployed when somebody has to ask them, known where they are proved."""

from functools import cached_property

from devmatrix.artifacts.asked import Asked, all_green
from devmatrix.artifacts.scenarios import ScenarioSuite
from devmatrix.ir.application import ApplicationIR
from devmatrix.pipeline.build import derive
from devmatrix.pipeline.corpus import proved_trees, shipped, shipped_names
from devmatrix.pipeline.proving import Trials
from devmatrix.runtime.deploy import Deployer


class Shipped:
    """A shipped application on which lessons are replayed."""

    def __init__(self, name: str, deployer: Deployer) -> None:
        self._name = name
        self._prover = Trials(shipped(name), deployer)

    @property
    def name(self) -> str:
        """The name of its spec."""
        return self._name

    @property
    def prover(self) -> Trials:
        """What asks its trees."""
        return self._prover

    @property
    def application(self) -> ApplicationIR:
        """Its typed form."""
        return shipped(self._name)

    @cached_property
    def _suite(self) -> ScenarioSuite:
        return derive(self.application)

    def suite(self) -> ScenarioSuite:
        """Its scenarios, derived when they are first wanted."""
        return self._suite

    def known(self, digest: str) -> Asked | None:
        """All green for a tree that was proved when the patterns were measured."""
        scenarios = proved_trees().get(digest)
        return None if scenarios is None else all_green(scenarios)


def all_shipped(deployer: Deployer) -> tuple[Shipped, ...]:
    """Every shipped application."""
    return tuple(Shipped(name, deployer) for name in shipped_names())
