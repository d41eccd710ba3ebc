"""What every command of the bank shares: exit codes, options, and the bank itself."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from patternbank.bank import Bank

FOUND, FINDINGS, FAILED = 0, 1, 2
_Command = TypeVar("_Command", bound=Callable[..., Any])


def as_json(command: _Command) -> _Command:
    """Give a command the option ``--json``."""
    return click.option("--json", "wants_json", is_flag=True, help="Print JSON.")(command)


def curated(command: _Command) -> _Command:
    """Give a command that changes something the options for who and why, and for only looking."""
    command = click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")(command)
    command = click.option("--why", required=True, help="What for.")(command)
    return click.option(
        "--by", required=True, envvar="PATTERNBANK_CURATOR", help="Who does it (default: PATTERNBANK_CURATOR)."
    )(command)


def pattern_argument(*, required: bool = True) -> Callable[[_Command], _Command]:
    """Give a command the name of a pattern, which the shell completes from the bank."""
    optional: dict[str, Any] = {} if required else {"default": ""}
    return click.argument(
        "pattern", metavar="NAME[@VERSION]", required=required, shell_complete=complete_pattern, **optional
    )


def complete_pattern(context: click.Context, _: click.Parameter, typed: str) -> list[str]:
    """Complete names, and after an ``@`` versions; a bank that cannot be read completes nothing."""
    from patternbank.errors import PatternBankError
    from patternbank.opening import open_bank

    place = context.parent.params.get("place") if context.parent is not None else None
    try:
        with open_bank(place, read_only=True) as opened:
            entries = opened.entries()
    except PatternBankError:
        return []
    known = [entry.reference if "@" in typed else entry.name for entry in entries]
    return sorted({name for name in known if name.startswith(typed)})


def confirm(question: str, *, yes: bool) -> None:
    """Ask before what cannot be undone; without a terminal only ``--yes`` is an answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question}: this cannot be undone, and nobody can be asked; say --yes")
    click.confirm(f"{question}? This cannot be undone.", abort=True, err=True)


@contextmanager
def opened_bank(place: str | None) -> Iterator["Bank"]:
    """Open the bank for a block, and tell what there is to tell about it."""
    from patternbank.opening import open_bank

    with open_bank(place) as opened:
        told = opened.notices
        for notice in told:
            click.echo(f"note: {notice}", err=True)
        try:
            yield opened
        finally:
            for notice in opened.notices[len(told) :]:
                click.echo(f"note: {notice}", err=True)


def print_json(value: object) -> None:
    """Print a value as JSON, keys sorted."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True))
