"""Change what the bank holds: add."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patternbank.cli.common import FINDINGS, FOUND, as_json, curated, opened_bank, print_json

if TYPE_CHECKING:
    from patternbank.checking.measuring import Measured
    from patternbank.patterns import PatternVersion


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@curated
@as_json
@click.pass_obj
def add(place: str | None, folder: Path, by: str, why: str, *, dry_run: bool, wants_json: bool) -> int:
    """Add the patterns of a folder as candidates; exit 1, and add nothing, when a check has findings."""
    from patternbank import checking, listing
    from patternbank.lifecycle import Change

    patterns, findings = checking.check_folder(folder)
    with opened_bank(place) as opened:
        held = [opened.contents(entry.digest) for entry in opened.entries()]
        findings = (
            *(found for found in findings if found.code not in checking.TOGETHER),
            *checking.check_beside(patterns, held),
        )
        ready, measured = _measured(() if findings else patterns)
        findings = (*findings, *(found for one in measured for found in one.findings))
        if findings:
            ready = []
        added = _new(ready, held) if dry_run else opened.store.add(ready, Change(by=by, why=why))
        if not dry_run:
            opened.store.add_evidence([record for one in measured for record in one.evidence if ready])
    if wants_json:
        told = {"added": added, "findings": [finding.model_dump() for finding in findings], "dry_run": dry_run}
        print_json({**told, "status": {one.reference: one.manifest.status.value for one in ready}})
    else:
        verb = "would add" if dry_run else "added"
        lines = [f"{verb} {one.reference} as {one.manifest.status}" for one in ready if one.reference in added]
        click.echo(listing.findings(findings, checked=len(patterns)))
        click.echo("\n".join(lines) or "nothing added")
    return FINDINGS if findings else FOUND


def _new(patterns: Sequence["PatternVersion"], held: Sequence["PatternVersion"]) -> tuple[str, ...]:
    """Give what an addition would add; refuse what it would refuse."""
    from patternbank.errors import VersionConflictError

    known = {version.reference: version.digest for version in held}
    for one in patterns:
        if known.get(one.reference, one.digest) != one.digest:
            raise VersionConflictError(
                f"{one.reference} is in the bank with other contents", "a version never changes: raise its number"
            )
    return tuple(one.reference for one in patterns if one.reference not in known)


def _measured(
    patterns: Sequence["PatternVersion"],
) -> tuple[list["PatternVersion"], list["Measured"]]:
    """Measure new patterns; what cannot be measured whole comes in as a draft."""
    from patternbank.checking.measuring import measure
    from patternbank.checking.types import types_can_be_checked
    from patternbank.patterns import Status

    whole = types_can_be_checked()
    if patterns and not whole:
        click.echo("note: mypy is not installed, so types were not checked: added as drafts", err=True)
    status = Status.CANDIDATE if whole else Status.DRAFT
    now = datetime.now(UTC)
    return [one.with_status(status) for one in patterns], [measure(one, now) for one in patterns]
