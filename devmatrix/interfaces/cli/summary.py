"""Prints what a run found: short, for people, aligned, and the same on a terminal and in a file but for the colour."""

import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from devmatrix.artifacts.plan import Binding
from devmatrix.artifacts.reports import OpenObligation, RunReport, SmokeReport, Verdict
from devmatrix.interfaces.cli.healing import show_applied, show_diagnoses, show_lessons, show_repairs

SHOWN_FAILURES = 10
SLOWEST = 6
LOG_LINES = 20


def show_report(report: RunReport, folder: Path, seconds: float) -> None:
    """What was made, what was asked, what failed, how long it took, and how to go on."""
    click.echo()
    click.echo(f"{report.spec}: {report.files} files, {report.lines} lines from {count_patterns(report)} patterns")
    show_course(report)
    slowest = sorted(report.timings.items(), key=lambda item: -item[1])[:SLOWEST]
    slow = [f"{stage} {spent:.2f}" for stage, spent in slowest]
    click.echo(f"seconds   {seconds:.1f} in all: {', '.join(slow)}")
    place = shlex.quote(str(folder))
    click.echo(f"report    {folder / '.devmatrix' / 'report.json'}")
    click.echo(f"start it  {program()} up {place}")


def show_course(report: RunReport) -> None:
    """What was asked, why it was red, what was repaired and what is learnt."""
    show_applied(report.advice)
    if report.smoke is not None:
        show_smoke(report.smoke)
    if report.first is not None:
        click.echo()
        click.echo(f"at first  {report.first.failed} of {report.first.total} scenarios were red")
    show_diagnoses(report.diagnoses)
    show_repairs(report.repairs)
    show_lessons(report.lessons)


def show_repaired(report: RunReport) -> None:
    """The outcome of ``devmatrix repair``."""
    show_course(report)
    if report.smoke is None or (not report.smoke.failed and not report.repairs):
        click.echo("nothing is red: there is nothing to repair")


def program() -> str:
    """How the user can call this program again: by its name where that finds it, else as it was called."""
    called = Path(sys.argv[0])
    found = shutil.which(called.name)
    known = found is not None and called.exists() and called.samefile(found)
    return called.name if known else shlex.quote(str(called))


def count_patterns(report: RunReport) -> int:
    """How many different patterns it was made of."""
    return len({binding.pattern for binding in report.bindings})


def show_smoke(smoke: SmokeReport) -> None:
    """A line for each kind of question, then the red ones, then what is left open."""
    click.echo()
    table = [("asked", "scenarios", "passed", "failed", "skipped"), *count_kinds(smoke.scenarios)]
    table.append(("in all", str(smoke.total), str(smoke.passed), str(smoke.failed), str(smoke.skipped)))
    show_table(table)
    show_failures(smoke.scenarios)
    owed = smoke.obligations
    click.echo()
    unasked = f", {owed.unasked} not asked" if owed.unasked else ""
    counts = f"{owed.covered} covered, {owed.unreachable} proved unreachable, {owed.unsolved} unsolved"
    click.echo(f"owed      {counts}{unasked}")
    show_open(smoke.open)
    for reason, number in Counter(v.reason for v in smoke.scenarios if v.verdict == "skipped").items():
        click.echo(f"skipped   {number}: {reason}")


def show_open(obligations: Sequence[OpenObligation]) -> None:
    """What no scenario shows, and why: a condition that others imply, or one that the solver could not decide."""
    for item in obligations[:SHOWN_FAILURES]:
        why_not = f"implied by {', '.join(item.implied_by)}" if item.implied_by else item.reason
        click.echo(f"          {click.style(item.status, fg='yellow')} {item.id}: {why_not}")
    if len(obligations) > SHOWN_FAILURES:
        click.echo(f"          and {len(obligations) - SHOWN_FAILURES} more in the report")


def count_kinds(verdicts: Iterable[Verdict]) -> list[tuple[str, ...]]:
    """The counts of each kind, kinds in the order in which they come."""
    counts: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        counts.setdefault(verdict.kind, Counter())[verdict.verdict] += 1
    return [
        (kind, str(sum(found.values())), str(found["passed"]), str(found["failed"]), str(found["skipped"]))
        for kind, found in counts.items()
    ]


def show_failures(verdicts: Sequence[Verdict]) -> None:
    """The red scenarios, like ones together: the first of each with its reason and where to look."""
    groups: dict[tuple[str, str | None, str, str], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.verdict == "failed":
            likeness = (verdict.operation, verdict.cause, verdict.expected, verdict.actual)
            groups.setdefault(likeness, []).append(verdict)
    for group in list(groups.values())[:SHOWN_FAILURES]:
        show_failure(group[0], len(group) - 1)
    if len(groups) > SHOWN_FAILURES:
        rest = sum(len(group) for group in list(groups.values())[SHOWN_FAILURES:])
        click.echo(f"\n     and {rest} more in the report")


def show_failure(verdict: Verdict, like: int) -> None:
    """One red scenario, and how many are like it."""
    more = f"  (and {like} like it)" if like else ""
    click.echo(f"\n{click.style('red', fg='red', bold=True)}  {verdict.id}{more}")
    click.echo(f"     {verdict.reason}")
    if verdict.cause == "start" and verdict.log:
        click.echo("\n".join(f"     | {line}" for line in verdict.log.splitlines()[-LOG_LINES:]))
    if verdict.file is not None:
        click.echo(f"     see {verdict.file}:{verdict.line}")


def show_bindings(bindings: Sequence[Binding], *, reasons: bool) -> None:
    """A line for each task, with the reasons below when asked for."""
    if not reasons:
        rows = [(item.task, f"{item.pattern}@{item.version}", f"{item.score:.3f}", why(item)) for item in bindings]
        show_table([("task", "pattern", "score", "because"), *rows], numbers=(2,))
        return
    for item in bindings:
        click.echo(f"{click.style(item.task, bold=True)}  {item.pattern}@{item.version}  {item.score:.3f}")
        for reason in item.reasons:
            score = "" if reason.score is None else f" {reason.score:.3f}"
            click.echo(f"    {reason.kind}{score}: {reason.text}")
        for rejected in item.rejected:
            click.echo(f"    not {rejected}")


def why(binding: Binding) -> str:
    """What decided, in short: the settings that chose among patterns and which were passed over, else what it gives."""
    lessons = [reason.text for reason in binding.reasons if reason.kind == "lesson"]
    if lessons:
        return "; ".join(lessons)
    settings = [reason.text for reason in binding.reasons if reason.kind == "setting"]
    if not settings:
        return binding.reasons[0].text if binding.reasons else ""
    others = [rejected.partition(":")[0] for rejected in binding.rejected]
    return ", ".join(settings) + (f"; not {', '.join(others)}" if others else "")


def show_table(rows: Sequence[Sequence[str]], *, numbers: Sequence[int] | None = None) -> None:
    """Rows in columns, the first one as a heading; all but the first column are numbers unless said."""
    right = range(1, len(rows[0])) if numbers is None else numbers
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo(click.style("  ".join(cells).rstrip(), bold=number == 0))
