"""Shows how far a command is: live on a terminal, a plain line a stage elsewhere; always on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from devmatrix.pipeline.recorder import Event, Recorder

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

STAGE_WIDTH = 12


@contextmanager
def recording(*, quiet: bool = False) -> Iterator[Recorder]:
    """A recorder that shows its stages while the block lasts."""
    if quiet:
        yield Recorder()
    elif sys.stderr.isatty():
        with live() as listener:
            yield Recorder(listener.hear)
    else:
        yield Recorder(Plain().hear)


class Plain:
    """One line when a stage ends; a lively stage says also how far it got."""

    def __init__(self) -> None:
        self._moved: dict[str, Event] = {}

    def hear(self, event: Event) -> None:
        """Print the line of a stage."""
        if event.state == "moving":
            self._moved[event.stage] = event
        elif event.state in ("done", "failed"):
            click.echo(line_of(event, self._moved.pop(event.stage, None)), err=True)


def line_of(event: Event, moved: Event | None) -> str:
    """``  migrate       0.42 s``."""
    tail = "" if event.state == "done" else "  failed"
    if moved is not None:
        tail += f"  {moved.done} of {moved.total} scenarios, {moved.red} red{skipped_of(moved)}"
    return f"  {event.stage:<{STAGE_WIDTH}} {event.seconds:6.2f} s{tail}"


def skipped_of(moved: Event) -> str:
    """How many were not asked, if any were not."""
    return f", {moved.skipped} skipped" if moved.skipped else ""


@contextmanager
def live() -> Iterator["Live"]:
    """A listener that draws on the terminal; what it drew last stays."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description:<12}"),
        TextColumn("{task.fields[spent]:>8}"),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        yield Live(progress)


class Live:
    """A row a stage, with a spinner while it runs."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._rows: dict[str, TaskID] = {}
        self._notes: dict[str, str] = {}

    def hear(self, event: Event) -> None:
        """Draw what the event says."""
        if event.state == "begun" or event.stage not in self._rows:
            self._rows[event.stage] = self._progress.add_task(event.stage, total=None, spent="", note="")
        row = self._rows[event.stage]
        if event.state == "moving":
            red = f", [red]{event.red} red[/]" if event.red else ""
            note = self._notes[event.stage] = f"{event.done} of {event.total}{red}{skipped_of(event)}"
            self._progress.update(row, total=event.total, completed=event.done + event.skipped, note=note)
        elif event.state == "done":
            self._progress.update(row, total=1, completed=1, spent=f"{event.seconds:.2f} s")
        elif event.state == "failed":
            note = self._notes.get(event.stage, "")
            self._progress.update(row, spent=f"{event.seconds:.2f} s", note=f"[red]failed[/] {note}")
            self._progress.stop_task(row)
