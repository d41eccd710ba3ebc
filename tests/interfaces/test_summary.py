"""What people read at the end of a run."""

from pathlib import Path

import pytest

from devmatrix.artifacts.reports import ObligationCount, OpenObligation, Outcome, RunReport, SmokeReport, Verdict
from devmatrix.interfaces.cli.summary import show_report


def verdict(name: str, operation: str, outcome: Outcome, **more: str | int) -> Verdict:
    base = Verdict(id=name, kind="happy", operation=operation, covers=(), expected="200", actual="500", verdict=outcome)
    return base.model_copy(update=more)


def test_the_summary_counts_and_groups(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts by kind, like failures together with the place in the code, what was skipped and why, and how to go on."""
    verdicts = (
        verdict("a/1", "operation:a", "passed"),
        verdict("a/2", "operation:a", "failed", reason="GET /a: no", cause="status", file="src/a.py", line=7),
        verdict("a/3", "operation:a", "failed", reason="GET /a/1: no", cause="status"),
        verdict("b/1", "operation:b", "skipped", reason="needs the database"),
    )
    owed = ObligationCount(covered=3, unreachable=1, unasked=2)
    proved = OpenObligation(id="rule|x", status="unreachable", implied_by=("operation:a/statement:1",))
    smoke = SmokeReport(
        total=4,
        passed=1,
        failed=2,
        skipped=1,
        obligations=owed,
        open=(proved,),
        scenarios=verdicts,
    )
    report = RunReport(spec="a.md", ir_digest="", files=3, lines=40, timings={"read": 1.2}, bindings=(), smoke=smoke)
    show_report(report, Path("my app"), 4.25)
    lines = capsys.readouterr().out.splitlines()
    assert ["happy", "4", "1", "2", "1"] in [line.split() for line in lines]
    assert "red  a/2  (and 1 like it)" in lines
    assert "     see src/a.py:7" in lines
    assert "owed      3 covered, 1 proved unreachable, 0 unsolved, 2 not asked" in lines
    assert "          unreachable rule|x: implied by operation:a/statement:1" in lines
    assert "skipped   1: needs the database" in lines
    assert "seconds   4.2 in all: read 1.20" in lines
    assert lines[-1].startswith("start it  ")
    assert lines[-1].endswith(" up 'my app'")
