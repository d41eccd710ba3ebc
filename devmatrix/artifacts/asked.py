"""What was asked of one tree and what came out."""

from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.reports import ObligationCount, SmokeReport, Verdict
from devmatrix.ir.base import Node


class Asked(Node):
    """One round of questions; ``observations`` are of those that failed, if they were wanted."""

    report: SmokeReport
    observations: tuple[Observation, ...] = ()

    @property
    def red(self) -> dict[str, Verdict]:
        """The failed verdicts by scenario."""
        return {verdict.id: verdict for verdict in self.report.scenarios if verdict.verdict == "failed"}

    @property
    def fallen(self) -> bool:
        """Whether the application did not get up."""
        return any(verdict.cause == "start" for verdict in self.red.values())


def all_green(scenarios: int) -> Asked:
    """What was said of a tree that is proved: the number of its scenarios, and nothing red."""
    obligations = ObligationCount()
    return Asked(
        report=SmokeReport(
            total=scenarios, passed=scenarios, failed=0, skipped=0, obligations=obligations, scenarios=()
        )
    )
