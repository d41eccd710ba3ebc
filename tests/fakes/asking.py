"""Fakes of what asks trees: verdicts follow from the texts of a tree, and nothing is deployed."""

from collections.abc import Callable, Collection, Iterator

from devmatrix.artifacts.asked import Asked, all_green
from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.reports import ObligationCount, SmokeReport, Verdict
from devmatrix.artifacts.scenarios import Scenario, ScenarioSuite
from devmatrix.artifacts.tree import FileTree
from devmatrix.ir.application import ApplicationIR

Rule = Callable[[FileTree], Collection[str]]
"""Which scenarios are red with a tree."""


def holds(tree: FileTree, text: str) -> bool:
    """Whether a text stands in some file."""
    return any(text in file.text for file in tree.files)


def red_with(text: str, *scenarios: str) -> Rule:
    """These are red where the text stands in the tree."""
    return lambda tree: scenarios if holds(tree, text) else ()


def red_without(text: str, *scenarios: str) -> Rule:
    """These are red where it does not."""
    return lambda tree: () if holds(tree, text) else scenarios


class ScriptedProver:
    """Judges trees by rules. ``flaky`` scenarios are red the first time, and not when they are watched."""

    def __init__(self, *rules: Rule, flaky: tuple[str, ...] = ()) -> None:
        self.rules = rules
        self.flaky = flaky
        self.trees: list[FileTree] = []

    def ask(self, tree: FileTree, suite: ScenarioSuite, *, watch: bool = False) -> Asked:
        """The verdicts on the scenarios of ``suite``."""
        self.trees.append(tree)
        red = {scenario for rule in self.rules for scenario in rule(tree)} | set(self.flaky)
        verdicts = tuple(verdict(scenario, red=scenario.id in red) for scenario in suite.scenarios)
        failed = [one.id for one in verdicts if one.verdict == "failed"]
        report = SmokeReport(
            total=len(verdicts),
            passed=len(verdicts) - len(failed),
            failed=len(failed),
            skipped=0,
            obligations=ObligationCount(),
            scenarios=verdicts,
        )
        return Asked(report=report, observations=tuple(self._seen(failed)) if watch else ())

    def _seen(self, failed: Collection[str]) -> Iterator[Observation]:
        for scenario in failed:
            again = scenario not in self.flaky
            yield Observation(scenario=scenario, again=again, times=2, role="act", expected=200, actual=500)


def verdict(scenario: Scenario, *, red: bool) -> Verdict:
    """What became of a scenario."""
    return Verdict(
        id=scenario.id,
        kind=scenario.kind,
        operation=scenario.operation,
        covers=(),
        expected="200",
        actual="500" if red else "200",
        verdict="failed" if red else "passed",
        cause="status" if red else None,
    )


class ScriptedNeighbour:
    """An application with a prover of rules; trees whose digests are ``proved`` are known to be green."""

    def __init__(
        self, name: str, application: ApplicationIR, suite: ScenarioSuite, *rules: Rule, proved: Collection[str] = ()
    ) -> None:
        self.name = name
        self.application = application
        self.prover = ScriptedProver(*rules)
        self.proved = proved
        self._suite = suite

    def suite(self) -> ScenarioSuite:
        """Its scenarios."""
        return self._suite

    def known(self, digest: str) -> Asked | None:
        """All green for a tree that is proved."""
        return all_green(len(self._suite.scenarios)) if digest in self.proved else None
