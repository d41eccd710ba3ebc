"""Look at the graph in the Neo4j Browser: browse, neighbours."""

import threading
from typing import TYPE_CHECKING

import click

from patternbank.cli.common import FOUND, as_json, print_json

if TYPE_CHECKING:
    from patternbank.opening import Servers
    from patternbank.stores.graph.store import GraphStore

BROWSER = "http://127.0.0.1:7474/browser/"


@click.command()
@click.option("--port", default=7475, type=click.IntRange(0, 65535), show_default=True, help="Where the guide is.")
@click.option(
    "--browser",
    envvar="PATTERNBANK_BROWSER_URL",
    default=BROWSER,
    show_default=True,
    help="Where the Neo4j Browser is (or PATTERNBANK_BROWSER_URL).",
)
@click.option("--open", "opens", is_flag=True, help="Open it in the web browser of this machine.")
@as_json
@click.pass_obj
def browse(_: str | None, port: int, browser: str, *, opens: bool, wants_json: bool) -> int:
    """Serve the guide and the saved queries for the Neo4j Browser, on this machine alone, until Ctrl-C."""
    from patternbank.browsing import GUIDE, opened_for, opened_with_guide, serving
    from patternbank.indexing.neighbours import are_current

    servers = _servers()
    with _graph(servers, read_only=True) as store:
        if not are_current(store):
            click.echo("note: SIMILAR_TO is not of the bank as it is now: run `patternbank neighbours`", err=True)
        played = store.played()
    with serving(port, browser) as base:
        plays = f"{base}{GUIDE}" in played
        address = opened_for(browser, servers.neo4j, servers.user) if plays else opened_with_guide(browser, base)
        try:
            if wants_json:
                print_json({"browser": address, "queries": f"{base}/"})
            else:
                click.echo(f"the Browser with its guide: {address}")
                click.echo(f"the saved queries:          {base}/")
                click.echo("Ctrl-C ends it")
            if opens:
                click.launch(address)
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo(err=True)
    return FOUND


@click.command()
@click.option("--limit", default=4, type=click.IntRange(1, 50), show_default=True, help="So many for each version.")
@click.option("--least", default=0.2, type=click.FloatRange(0, 1), show_default=True, help="The least likeness.")
@click.option("--dry-run", is_flag=True, help="Say what would be found, and keep nothing.")
@as_json
@click.pass_obj
def neighbours(_: str | None, limit: int, least: float, *, dry_run: bool, wants_json: bool) -> int:
    """Find the versions that are most like each version, and keep them in the graph as SIMILAR_TO."""
    from patternbank.indexing.neighbours import find_neighbours

    with _graph(_servers(), read_only=dry_run, searches=True) as store:
        found = find_neighbours(store, limit, least, dry_run=dry_run)
    if wants_json:
        print_json({**found.model_dump(), "dry_run": dry_run})
    else:
        would = "would keep" if dry_run else "kept"
        click.echo(f"{would} {found.edges} neighbours of {found.versions} versions")
    return FOUND


def _servers() -> "Servers":
    """Give the servers of the environment."""
    from patternbank.errors import StoreError
    from patternbank.opening import NEO4J, named_servers

    servers = named_servers()
    if servers is None:
        hint = f"set {NEO4J}: `scripts/start-bank` starts one and says how"
        raise StoreError("no graph is named, and a bank in a file has no Browser", hint)
    return servers


def _graph(servers: "Servers", *, read_only: bool, searches: bool = False) -> "GraphStore":
    """Open the graph; to search it, with its index where one is named."""
    from patternbank.embeddings.dense import find_encoder
    from patternbank.opening import open_indexed
    from patternbank.stores.graph.store import GraphStore

    if searches and servers.qdrant:
        return open_indexed(servers, find_encoder()[0], read_only=read_only)
    return GraphStore(servers.neo4j, servers.user, servers.password.get_secret_value(), read_only=read_only)
