"""Bring the graph's schema up to date: migrate."""

import click

from patternbank.cli.common import FINDINGS, FOUND, as_json, print_json


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be run, and change nothing.")
@click.option("--check", "checks", is_flag=True, help="Compare the graph with schema.yaml; exit 1 if they differ.")
@as_json
@click.pass_obj
def migrate(_: str | None, *, dry_run: bool, checks: bool, wants_json: bool) -> int:
    """Run the migrations that the Neo4j of PATTERNBANK_NEO4J_URL has not seen."""
    from patternbank.errors import StoreError
    from patternbank.migrating import compare, live_schema, written_schema
    from patternbank.migrating import migrate as run
    from patternbank.opening import NEO4J, named_servers
    from patternbank.stores.graph.connection import GraphConnection

    servers = named_servers()
    if servers is None:
        raise StoreError("no graph is named, and the embedded bank brings itself up to date", f"set {NEO4J}")
    password = servers.password.get_secret_value()
    graph = GraphConnection(servers.neo4j, servers.user, password, read_only=dry_run)
    try:
        done = run(graph, dry_run=dry_run)
        differences = compare(live_schema(graph), written_schema()) if checks else ()
    finally:
        graph.close()
    if wants_json:
        print_json({**done.model_dump(), "differences": [one.model_dump() for one in differences]})
        return FINDINGS if differences else FOUND
    for name in done.ran:
        click.echo(f"{'would run' if dry_run else 'ran'} {name}")
    if not done.ran:
        click.echo(f"{servers.neo4j} is up to date: {len(done.before)} migrations")
    for one in differences:
        click.echo(f"{one.side}: {one.what}")
    return FINDINGS if differences else FOUND
