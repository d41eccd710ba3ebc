"""Give patterns to another bank, and take them from one: export, import."""

from pathlib import Path

import click

from patternbank.cli.common import FOUND, as_json, complete_pattern, curated, opened_bank, print_json


@click.command()
@click.argument("patterns", metavar="[NAME[@VERSION]]...", nargs=-1, shell_complete=complete_pattern)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The pack to write.")
@click.option("--replace", is_flag=True, help="Replace a file that is there and holds something else.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@as_json
@click.pass_obj
def export(
    place: str | None, patterns: tuple[str, ...], out: Path, *, replace: bool, dry_run: bool, wants_json: bool
) -> int:
    """Write patterns, or all, into one file; the same versions in the same state give the same bytes."""
    import hashlib

    from patternbank.packs import export_pack, read_pack

    with opened_bank(place) as opened:
        content = export_pack(opened, patterns)
    references = [packed.reference for packed in read_pack(content, "own").manifest.patterns]
    if not dry_run:
        _write(out, content, replace=replace)
    told = {"patterns": references, "file": str(out), "bytes": len(content), "dry_run": dry_run}
    sha256 = hashlib.sha256(content).hexdigest()
    if wants_json:
        print_json({**told, "sha256": sha256})
    else:
        click.echo(f"{'would write' if dry_run else 'wrote'} {len(references)} versions to {out}: {len(content)} bytes")
        click.echo(f"sha256 {sha256}")
    return FOUND


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@curated
@as_json
@click.pass_obj
def import_(place: str | None, file: Path, by: str, why: str, *, dry_run: bool, wants_json: bool) -> int:
    """Take a pack in, all or nothing, as drafts; what it claims of itself is shown and not believed."""
    from patternbank.lifecycle import Change
    from patternbank.packs import import_pack, open_pack

    pack = open_pack(file)
    with opened_bank(place) as opened:
        done = import_pack(opened, pack, Change(by=by, why=why), dry_run=dry_run)
    if wants_json:
        print_json(done.model_dump(mode="json"))
        return FOUND
    for reference in done.added:
        claimed = f" (it claims to be {done.claims[reference]})" if reference in done.claims else ""
        click.echo(f"{'would add' if dry_run else 'added'} {reference} as draft{claimed}")
    if done.known:
        click.echo(f"{len(done.known)} versions were here already, with the same contents")
    click.echo(f"sha256 {done.sha256}")
    return FOUND


def _write(out: Path, content: bytes, *, replace: bool) -> None:
    """Write a file whole or not at all."""
    from patternbank.errors import PackError

    try:
        if out.exists() and not replace and out.read_bytes() != content:
            raise PackError(f"{out} is there, and holds something else", "say --replace, or name another file")
        waiting = out.with_name(f"{out.name}.writing")
        waiting.write_bytes(content)
        waiting.replace(out)
    except OSError as error:
        raise PackError(f"{out} cannot be written: {error.strerror}", "check the path and its rights") from error
