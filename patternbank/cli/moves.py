"""Move patterns along their lifecycle: promote, deprecate, retire."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from patternbank.cli.common import (
    FINDINGS,
    FOUND,
    as_json,
    confirm,
    curated,
    opened_bank,
    pattern_argument,
    print_json,
)

if TYPE_CHECKING:
    from patternbank.curation.moving import Moved


@click.command()
@pattern_argument()
@click.option("--to", "status", type=click.Choice(["candidate", "golden"]), help="Where to (default: the next step).")
@curated
@as_json
@click.pass_obj
def promote(
    place: str | None, pattern: str, status: str | None, by: str, why: str, *, dry_run: bool, wants_json: bool
) -> int:
    """Take a version one step up when it passes every gate; exit 1, and change nothing, when one fails."""
    from patternbank.curation.moving import move_pattern, promotion
    from patternbank.lessons.keeping import lay_down
    from patternbank.lifecycle import Change
    from patternbank.patterns import Status

    with opened_bank(place) as opened:
        move = promotion(opened, pattern, Change(by=by, why=why), Status(status) if status else None)
        moved = move_pattern(opened, move, dry_run=dry_run)
        for sentence in () if dry_run else lay_down(opened, by, datetime.now(UTC)):
            click.echo(f"note: {sentence}", err=True)
    return _say(moved, wants_json=wants_json)


@click.command()
@pattern_argument()
@click.option("--replacement", required=True, metavar="NAME[@VERSION]", help="What takes its place, or 'none'.")
@curated
@as_json
@click.pass_obj
def deprecate(
    place: str | None, pattern: str, replacement: str, by: str, why: str, *, dry_run: bool, wants_json: bool
) -> int:
    """Take a golden version out of selection, in favour of another; `promote` takes it back."""
    from patternbank.curation.moving import Move, find, move_pattern
    from patternbank.lifecycle import Change
    from patternbank.patterns import Status

    with opened_bank(place) as opened:
        change = Change(by=by, why=why, replacement=replacement)
        move = Move(reference=find(opened, pattern).reference, status=Status.DEPRECATED, change=change)
        moved = move_pattern(opened, move, dry_run=dry_run)
    return _say(moved, wants_json=wants_json)


@click.command()
@pattern_argument()
@click.option("--yes", is_flag=True, help="Do not ask.")
@curated
@as_json
@click.pass_obj
def retire(place: str | None, pattern: str, by: str, why: str, *, yes: bool, dry_run: bool, wants_json: bool) -> int:
    """Take a version out of use for good; it stays readable."""
    from patternbank.curation.moving import Move, find, move_pattern
    from patternbank.lifecycle import Change
    from patternbank.patterns import Status

    with opened_bank(place) as opened:
        reference = find(opened, pattern).reference
        move = Move(reference=reference, status=Status.RETIRED, change=Change(by=by, why=why))
        moved = move_pattern(opened, move, dry_run=True)
        if not dry_run:
            confirm(f"retire {reference}", yes=yes)
            moved = move_pattern(opened, move)
    return _say(moved, wants_json=wants_json)


def _say(moved: "Moved", *, wants_json: bool) -> int:
    from patternbank import listing

    if wants_json:
        print_json(moved.model_dump(mode="json"))
    else:
        click.echo(listing.moved(moved))
    return FOUND if moved.allowed else FINDINGS
