"""Opens what healing needs, with the bank of the environment, and tells what it did."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from devmatrix.artifacts.diagnosis import Diagnosis
from devmatrix.artifacts.reports import Applied, LessonReport, Repair
from devmatrix.ir.application import ApplicationIR

if TYPE_CHECKING:
    from pathlib import Path

    from devmatrix.pipeline.healing import Clinic
    from devmatrix.runtime.deploy import Deployer

SHOWN_LINES = 40
SHOWN = 8


@contextmanager
def open_clinic(
    application: ApplicationIR, deployer: "Deployer", *, trials: tuple[str, ...] = (), base: "Path | None" = None
) -> "Iterator[Clinic]":
    """What a red run is healed with; ``base`` is a folder that holds more than what was generated."""
    from devmatrix.pipeline.collecting import look_back
    from devmatrix.pipeline.healing import Clinic
    from devmatrix.pipeline.neighbours import all_shipped
    from devmatrix.pipeline.proving import Trials
    from devmatrix.wiring import choose_bank

    at = datetime.now(UTC)
    with choose_bank(trials) as bank:
        yield Clinic(bank, Trials(application, deployer, base), all_shipped(deployer), at)
        for notice in look_back(bank, at):
            click.echo(f"note: {notice}", err=True)


def show_applied(applied: Sequence[Applied]) -> None:
    """Which lessons the build followed."""
    for one in applied:
        click.echo(f"followed  {one.action} ({len(one.tasks)} tasks)")


def show_diagnoses(diagnoses: Sequence[Diagnosis]) -> None:
    """Why scenarios were red and where, the commonest first."""
    if not diagnoses:
        return
    flaky = [diagnosis.scenario for diagnosis in diagnoses if diagnosis.flaky]
    groups: Counter[tuple[str, str]] = Counter()
    for diagnosis in diagnoses:
        if diagnosis.cause is not None:
            groups[diagnosis.cause, _place(diagnosis)] += 1
    click.echo()
    for (cause, place), number in groups.most_common(SHOWN):
        click.echo(f"cause     {cause}, {number} scenarios{place}")
    for scenario in flaky[:SHOWN]:
        click.echo(f"flaky     {scenario}: it did not fail again, and teaches nothing")


def show_repairs(repairs: Sequence[Repair]) -> None:
    """What was repaired, and the difference that it makes."""
    for repair in repairs:
        state = click.style("repaired", fg="green") if repair.proved else click.style("not taken", fg="yellow")
        click.echo(
            f"{state}  {repair.action}: {len(repair.scenarios)} scenarios pass that failed, nothing else changed"
        )
        lines = repair.diff.splitlines()
        click.echo("\n".join(f"          {line}" for line in lines[:SHOWN_LINES]))
        if len(lines) > SHOWN_LINES:
            click.echo(f"          and {len(lines) - SHOWN_LINES} more lines in the report")


def show_lessons(lessons: Sequence[LessonReport]) -> None:
    """What was written back."""
    for lesson in lessons:
        click.echo(f"learnt    {lesson.says}")
        click.echo(f"          {lesson.status}: {lesson.why}")


def _place(diagnosis: Diagnosis) -> str:
    if not diagnosis.suspects:
        return ""
    first = diagnosis.suspects[0]
    pattern = f" ({first.fragment} of {first.pattern}@{first.version})" if first.pattern else ""
    return f", {'proved' if first.proved else 'suspected'} at {first.file}:{first.line}{pattern}"
