"""Change what the bank holds: add."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patternbank.cli.common import FINDINGS, FOUND, as_json, curated, opened_bank, print_json

if TYPE_CHECKING:
    from patternbank.curation.adding import Added


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@curated
@as_json
@click.pass_obj
def add(place: str | None, folder: Path, by: str, why: str, *, dry_run: bool, wants_json: bool) -> int:
    """Add the patterns of a folder as candidates; exit 1, and add nothing, when a check has findings."""
    from patternbank import checking
    from patternbank.curation.adding import add_checked
    from patternbank.lifecycle import Change

    patterns, findings = checking.check_folder(folder)
    with opened_bank(place) as opened:
        found = add_checked(opened, patterns, findings, Change(by=by, why=why), dry_run=dry_run)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    if wants_json:
        print_json({**told(found), "dry_run": dry_run})
    else:
        click.echo(said(found, checked=len(patterns), dry_run=dry_run))
    return FINDINGS if found.findings else FOUND


def told(found: "Added") -> dict[str, object]:
    """Give what became of an addition, for programs."""
    return {
        "added": found.added,
        "findings": [finding.model_dump() for finding in found.findings],
        "status": {one.reference: one.manifest.status.value for one in found.ready},
    }


def said(found: "Added", *, checked: int, dry_run: bool) -> str:
    """Write what became of an addition."""
    from patternbank import listing

    verb = "would add" if dry_run else "added"
    lines = [f"{verb} {one.reference} as {one.manifest.status}" for one in found.ready if one.reference in found.added]
    return "\n".join([listing.findings(found.findings, checked=checked), *(lines or ["nothing added"])])
