"""Ask what the bank holds: list, show, search."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patternbank.cli.common import FINDINGS, FOUND, as_json, opened_bank, pattern_argument, print_json

if TYPE_CHECKING:
    from patternbank.bank import Bank
    from patternbank.embeddings import Graph
    from patternbank.patterns import PatternVersion


@click.command(name="list")
@click.option("--capability", default="", help="Only what provides this.")
@click.option("--category", default="", help="Only this category.")
@click.option("--status", type=click.Choice(["draft", "candidate", "golden", "deprecated", "retired"]))
@as_json
@click.pass_obj
def list_patterns(place: str | None, capability: str, category: str, status: str | None, *, wants_json: bool) -> int:
    """List the versions that the bank holds."""
    from patternbank import listing
    from patternbank.patterns import Status
    from patternbank.ports import Conditions

    conditions = Conditions(capability=capability, statuses=(Status(status),) if status else ())
    with opened_bank(place) as opened:
        entries = [entry for entry in opened.entries(conditions) if category in ("", entry.manifest.category)]
        if wants_json:
            print_json({"revision": opened.revision, "patterns": [listing.summary(entry) for entry in entries]})
        else:
            click.echo(listing.table(entries))
    return FOUND


@click.command()
@pattern_argument()
@click.option("--files/--no-files", "with_files", default=True, help="Print its files as well.")
@click.option("--example/--no-example", "with_example", default=True, help="Print what its example becomes.")
@as_json
@click.pass_obj
def show(place: str | None, pattern: str, *, with_files: bool, with_example: bool, wants_json: bool) -> int:
    """Show a pattern: manifest, scores, where it was used, what failed, history, files, and its example rendered."""
    from patternbank import listing, past, past_text
    from patternbank.curation.moving import find

    name, _, number = pattern.partition("@")
    with opened_bank(place) as opened:
        entry = opened.newest(name) if not number else None
        entry = entry or find(opened, pattern)
        version = opened.contents(entry.digest)
        history = opened.store.history(version.name, version.version)
        used, failed = past.use(opened.store, entry.reference), past.blamed(opened.store, entry.reference)
    example = _example(version) if with_example else {}
    if wants_json:
        told = {**listing.details(entry, version, history), "example": example, "use": used.model_dump(mode="json")}
        print_json({**told, "failures": [one.model_dump(mode="json") for one in failed]})
        return FOUND
    parts = [listing.description(entry, version, history, with_files=with_files), "", listing.use(used)]
    parts += ["", past_text.failures(failed)] if failed else []
    parts += ["", "the example becomes", listing.example(example)] if example else []
    click.echo("\n".join(parts))
    return FOUND


def _example(version: "PatternVersion") -> dict[str, str]:
    """Render the example; one that cannot be rendered is told, and is no reason to show nothing."""
    from patternbank import checking
    from patternbank.errors import PatternBankError

    try:
        return checking.rendered_example(version)
    except PatternBankError as error:
        click.echo(f"note: the example does not render: {error}", err=True)
        return {}


@click.command()
@click.argument("words", nargs=-1)
@click.option("--capability", default="", help="What the pattern must provide.")
@click.option("--stack", default="", metavar="A,B", help="The parts that there are.")
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="A setting; JSON values are read.")
@click.option("--fact", "facts", multiple=True, help="Something that holds, for predicates.")
@click.option("--graph", "graph_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON graph.")
@click.option("--min-score", default=0.0, type=click.FloatRange(0, 1), help="The least of the four scores.")
@click.option("--any-status", is_flag=True, help="Candidates and drafts as well, not golden ones alone.")
@click.option("--limit", default=10, type=click.IntRange(1, 1000), show_default=True)
@click.option(
    "--like-application", metavar="APP", help="Applications built like a remembered one: its title, or its id."
)
@as_json
@click.pass_obj
def search(place: str | None, /, words: tuple[str, ...], **options: Any) -> int:
    """Find patterns by words, capability, structure and settings; exit 1 when nothing fits."""
    from patternbank import listing
    from patternbank.retrieval import Query

    query = Query(
        text=" ".join(words),
        capability=options["capability"],
        stack=tuple(part.strip() for part in options["stack"].split(",") if part.strip()),
        settings=tuple(sorted(_setting(given) for given in options["settings"])),
        facts=options["facts"],
        graph=_graph(options["graph_file"]),
        min_score=options["min_score"],
        production_ready=not options["any_status"],
        limit=options["limit"],
    )
    with opened_bank(place) as opened:
        if options["like_application"]:
            return _show_alike(opened, options["like_application"], options["limit"], as_json=options["wants_json"])
        if words and opened.encoder is None:
            click.echo("note: texts are compared word by word; PATTERNBANK_MODEL names a model that reads", err=True)
        ranking = opened.rank(query)
    if options["wants_json"]:
        print_json(ranking.model_dump(mode="json"))
    else:
        click.echo(listing.ranking(ranking))
    return FINDINGS if ranking.abstained else FOUND


def _show_alike(opened: "Bank", key: str, limit: int, *, as_json: bool) -> int:
    """Print the applications most like a remembered one, by its title or the beginning of its id."""
    from patternbank.errors import UnknownPatternError
    from patternbank.retrieval import applications_like

    known = [each for each in opened.store.applications() if each.title == key or each.id.startswith(key)]
    if len(known) != 1:
        found = f"{len(known)} applications are" if known else "no application is"
        ids = ", ".join(each.id[:12] for each in known)
        hint = f"say which: {ids}" if known else "`devmatrix run` records applications"
        raise UnknownPatternError(f"{found} called {key}", hint)
    alike = applications_like(opened.store, known[0].signature, limit, other_than=known[0].id)
    if as_json:
        print_json([each.model_dump(mode="json", exclude={"application": {"signature"}}) for each in alike])
    else:
        for each in alike:
            click.echo(f"{each.application.id[:12]}  {each.told}")
            click.echo(f"   built of {', '.join(each.built_of)}")
    return FOUND if alike else FINDINGS


def _setting(given: str) -> tuple[str, Any]:
    name, sign, value = given.partition("=")
    if not sign:
        raise click.BadParameter(f"{given!r} is not NAME=VALUE", param_hint="--setting")
    try:
        read = json.loads(value)
    except ValueError:
        return name, value
    return name, read if isinstance(read, (bool, int, float, str, type(None))) else value


def _graph(path: Path | None) -> "Graph | None":
    from pydantic import ValidationError

    from patternbank.embeddings import Graph

    if path is None:
        return None
    try:
        return Graph.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise click.BadParameter(error.errors()[0]["msg"], param_hint="--graph") from error
