"""Commands that keep the graph, its index and other banks in line: doctor, reindex, sync."""

from typing import TYPE_CHECKING, Any

import click

from patternbank.cli.common import FINDINGS, FOUND, as_json, print_json

if TYPE_CHECKING:
    from patternbank.opening import Servers
    from patternbank.ports import Store


@click.command()
@click.option("--repair", "repairs", is_flag=True, help="Bring the index in line with the graph.")
@as_json
@click.pass_obj
def doctor(place: str | None, *, repairs: bool, wants_json: bool) -> int:
    """Compare the graph with its index both ways, and the bank with its own sums; exit 1 with differences."""
    from patternbank.indexing.doctor import examine, mend, revision_findings
    from patternbank.opening import open_bank, open_indexed

    servers = _servers(place)
    if servers is None or not servers.qdrant:
        with open_bank(place, read_only=not repairs, shipped=False) as opened:
            _tell(opened.notices)
            findings = revision_findings(opened.store)
            report: dict[str, Any] = {"versions": opened.size(), "findings": list(findings)}
            where = f"{opened.size()} versions, and no index apart from the bank"
    else:
        encoder = _encoder()
        store = open_indexed(servers, encoder, read_only=not repairs)
        try:
            seen = mend(store, store.index, encoder) if repairs else examine(store, store.index)
        finally:
            store.close()
        findings, report = seen.findings, seen.model_dump(mode="json")
        where = f"{seen.versions} versions, {seen.differences.agreeing} points of {seen.collection} agree"
    if wants_json:
        print_json({**report, "healthy": not findings, "repaired": repairs})
    else:
        for finding in findings:
            click.echo(finding)
        click.echo(f"{where}: {'healthy' if not findings else f'{len(findings)} findings'}")
        if findings and not repairs:
            click.echo("`patternbank doctor --repair` brings the index in line", err=True)
    return FINDINGS if findings else FOUND


@click.command(name="reindex")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@as_json
@click.pass_obj
def reindex_all(place: str | None, *, dry_run: bool, wants_json: bool) -> int:
    """Build the index anew while readers use the old one, then let them see the new one."""
    from patternbank.errors import StoreError
    from patternbank.indexing.indexer import drain
    from patternbank.indexing.reindex import reindex
    from patternbank.opening import open_indexed

    servers = _servers(place)
    if servers is None:
        raise StoreError("a bank in a file has no index apart from itself", "there is nothing to be done")
    encoder = _encoder()
    store = open_indexed(servers, encoder, read_only=dry_run)
    try:
        if dry_run:
            half = store.index.building()
            report: dict[str, Any] = {"versions": store.size(), "resumes": half, "dry_run": True}
            text = f"would index {store.size()} versions" + (f", going on with {half}" if half else "")
        else:
            built = reindex(store, store.index, encoder)
            drain(store, store.index, encoder)
            report = built.model_dump(mode="json")
            text = f"readers see {built.collection} now, with {built.points} points"
            text += f"; dropped {', '.join(built.dropped)}" if built.dropped else ""
    finally:
        store.close()
    if wants_json:
        print_json(report)
    else:
        click.echo(text)
    return FOUND


@click.command(name="sync")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@as_json
def sync_banks(source: str, target: str, *, dry_run: bool, wants_json: bool) -> int:
    """Bring all that one bank holds into another: FROM and TO are files, or `servers` for those of the environment.

    Exit 1 when versions went different ways in the two, or TO holds others still.
    """
    from patternbank.indexing.sync import sync

    given, taking = _plain(source, read_only=True), None
    try:
        taking = _plain(target, read_only=dry_run)
        done = sync(given, taking, dry_run=dry_run)
        _tell(getattr(taking, "notices", ()))
    finally:
        given.close()
        if taking is not None:
            taking.close()
    if wants_json:
        print_json(done.model_dump(mode="json"))
    else:
        would = "would carry" if dry_run else "carried"
        click.echo(
            f"{would} over {done.versions} versions, {done.changes} later changes, {done.runs} runs, "
            f"{done.lessons} lessons, {done.proposals} proposals and {done.evidence} measurements"
        )
        for conflict in done.conflicts:
            click.echo(f"conflict: {conflict}")
        if done.only_there:
            click.echo(f"only in {target}: {', '.join(done.only_there)}")
        click.echo("both hold the same" if done.equal else "they differ")
    return FOUND if done.equal or (dry_run and not done.conflicts) else FINDINGS


def _servers(place: str | None) -> "Servers | None":
    """Give the servers, unless a file is named."""
    from patternbank.opening import SERVERS, named_servers

    return named_servers() if place is None or place == SERVERS else None


def _plain(place: str, *, read_only: bool) -> "Store":
    """Open a bank as it is: what it was shipped with is no business of a copy."""
    from patternbank.opening import open_bank

    opened = open_bank(place, read_only=read_only, shipped=False)
    _tell(opened.notices)
    return opened.store


def _encoder() -> Any:
    from patternbank.embeddings.dense import find_encoder

    encoder, notices = find_encoder()
    _tell(notices)
    return encoder


def _tell(notices: tuple[str, ...]) -> None:
    for notice in notices:
        click.echo(f"note: {notice}", err=True)
