"""Builds for a command: with the bank of the environment, findings printed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from devmatrix.interfaces.cli.findings import count_findings, read_bytes, show_findings
from devmatrix.pipeline.build import Built, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from devmatrix.ir.application import ApplicationIR
    from devmatrix.pipeline.recorder import Recorder
    from devmatrix.runtime.folder import Written


def build_or_say(
    spec: Path,
    recorder: "Recorder",
    *,
    meanwhile: "Callable[[ApplicationIR], None] | None" = None,
    trials: tuple[str, ...] = (),
) -> Built | None:
    """The application of a spec, its scenarios apart; None after the findings that forbid it were printed.

    Warnings are printed too. ``meanwhile`` hears of the application before its files are rendered; ``trials`` name
    candidates that take part.
    """
    from devmatrix.pipeline.collecting import take_out_spoilt
    from devmatrix.pipeline.remembering import deprecated_among, idle_trials
    from devmatrix.wiring import choose_bank

    content = read_bytes(spec)
    with choose_bank(trials) as bank:
        told = bank.notices
        for notice in told:
            click.echo(f"note: {notice}", err=True)
        built = build(content, spec.name, bank, recorder, scenarios=False, meanwhile=meanwhile)
        for notice in bank.notices[len(told) :]:
            click.echo(f"note: {notice}", err=True)
        for warning in deprecated_among(bank, built.bindings) if isinstance(built, Built) else ():
            click.echo(f"warning: {warning}", err=True)
        for lesson in built.unread if isinstance(built, Built) else ():
            click.echo(f"warning: lesson {lesson[:12]} is not followed: this release cannot read it", err=True)
        for notice in take_out_spoilt(bank, built) if isinstance(built, Built) else ():
            click.echo(f"warning: {notice}", err=True)
        for notice in idle_trials(bank, built.bindings) if isinstance(built, Built) else ():
            click.echo(f"warning: {notice}", err=True)
    show_findings(spec, built.diagnostics, err=True)
    if isinstance(built, Built):
        return built
    click.echo(f"{spec}: {count_findings(built.diagnostics)}; nothing was written", err=True)
    return None


def say_written(built: Built, folder: Path, written: "Written") -> None:
    """Say what stands in the folder now."""
    lines = sum(file.text.count("\n") for file in built.tree.files)
    state = "written to" if written.changed else "already in"
    click.echo(f"{len(built.tree.files)} files, {lines} lines {state} {folder}")
    if written.backup is not None:
        click.echo(f"the edits that were replaced are kept in {written.backup}")
