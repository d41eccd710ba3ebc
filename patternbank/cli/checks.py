"""Judge patterns: check, diff."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patternbank.cli.common import FINDINGS, FOUND, as_json, complete_pattern, opened_bank, print_json

if TYPE_CHECKING:
    from patternbank.bank import Bank
    from patternbank.patterns import PatternVersion


@click.command()
@click.argument("target", metavar="[FOLDER | NAME[@VERSION]]", default="")
@click.option("--accept", is_flag=True, help="Write what the examples become as what is expected (folders only).")
@as_json
@click.pass_obj
def check(place: str | None, target: str, *, accept: bool, wants_json: bool) -> int:
    """Check the patterns of a folder, one pattern, or all of the bank; exit 1 with findings."""
    from patternbank import checking, listing

    if target and Path(target).is_dir():
        if accept:
            for path in checking.accept_folder(Path(target)):
                click.echo(f"accepted {path}", err=True)
        patterns, findings = _check_folder(place, Path(target))
    elif accept or "/" in target:
        raise click.UsageError(f"{target or 'the bank'} is no folder of patterns")
    else:
        patterns, findings = _check_bank(place, target)
    if wants_json:
        print_json({"checked": len(patterns), "findings": [finding.model_dump() for finding in findings]})
    else:
        click.echo(listing.findings(findings, checked=len(patterns)))
    return FINDINGS if findings else FOUND


def _check_folder(place: str | None, folder: Path) -> tuple[Any, Any]:
    """Check a folder by itself; what it needs and does not hold may be in the bank."""
    from patternbank import checking

    patterns, findings = checking.check_folder(folder)
    if not any(found.code in checking.TOGETHER for found in findings):
        return patterns, findings
    with opened_bank(place) as opened:
        held = [opened.contents(entry.digest) for entry in opened.entries()]
    alone = (found for found in findings if found.code not in checking.TOGETHER)
    return patterns, (*alone, *checking.check_beside(patterns, held))


def _check_bank(place: str | None, target: str) -> tuple[Any, Any]:
    from patternbank import checking

    name, _, number = target.partition("@")
    with opened_bank(place) as opened:
        if name:
            version = opened.version(name, number or None)
            return (version,), checking.check_pattern(version)
        versions = tuple(opened.contents(entry.digest) for entry in opened.entries())
    single = tuple(finding for version in versions for finding in checking.check_pattern(version))
    return versions, (*single, *checking.check_together(versions))


@click.command()
@click.argument("left", metavar="[NAME[@VERSION] | FOLDER]", shell_complete=complete_pattern)
@click.argument("right", metavar="[NAME[@VERSION] | FOLDER]", shell_complete=complete_pattern)
@as_json
@click.pass_obj
def diff(place: str | None, left: str, right: str, *, wants_json: bool) -> int:
    """Compare two versions of the bank, or a folder with one; exit 1 when they differ."""
    from patternbank import comparing

    with opened_bank(place) as opened:
        before, after = _version_of(opened, left), _version_of(opened, right)
    found = comparing.differences(before, after)
    if wants_json:
        told = {"left": before.reference, "right": after.reference, "same": before.digest == after.digest}
        print_json({**told, "differences": [one.model_dump() for one in found]})
    else:
        click.echo("\n".join(one.text for one in found) or f"{before.reference} and {after.reference} are the same")
    return FINDINGS if found else FOUND


def _version_of(opened: "Bank", named: str) -> "PatternVersion":
    """Read a version out of a folder, or out of the bank where there is no such folder."""
    from patternbank.curation.moving import find
    from patternbank.patterns import read_pattern

    if Path(named, "pattern.yaml").is_file():
        return read_pattern(Path(named))
    if "/" in named:
        raise click.UsageError(f"{named} is no folder of a pattern")
    name, _, number = named.partition("@")
    entry = opened.newest(name) if not number else None
    return opened.contents((entry or find(opened, named)).digest)
