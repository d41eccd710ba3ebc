"""The command line of the bank: list, show, search, check, add."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from patternbank.bank import Bank
    from patternbank.checking import Finding
    from patternbank.embeddings import Graph
    from patternbank.patterns import PatternVersion

FOUND, FINDINGS, FAILED = 0, 1, 2
_Command = TypeVar("_Command", bound=Callable[..., Any])


def main() -> None:
    """Run the command line; exit 0 when done, 1 with findings, 2 on wrong usage or a failing machine."""
    from patternbank.errors import PatternBankError

    try:
        sys.exit(bank.main(standalone_mode=False) or FOUND)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(FAILED)
    except PatternBankError as error:
        click.echo(f"error: {error}", err=True)
        if error.hint:
            click.echo(f"hint: {error.hint}", err=True)
        sys.exit(FAILED)


@click.group(name="patternbank")
@click.option("--bank", "place", metavar="FILE", help="The bank to use (default: PATTERNBANK_PATH, or the user's own).")
@click.version_option(package_name="devmatrix")
@click.pass_context
def bank(context: click.Context, place: str | None) -> None:
    """Keep, find and check patterns."""
    context.obj = place


def as_json(command: _Command) -> _Command:
    """Give a command the option ``--json``."""
    return click.option("--json", "wants_json", is_flag=True, help="Print JSON.")(command)


@bank.command(name="list")
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
    with _opened(place) as opened:
        entries = [entry for entry in opened.entries(conditions) if category in ("", entry.manifest.category)]
        if wants_json:
            _print_json({"revision": opened.revision, "patterns": [listing.summary(entry) for entry in entries]})
        else:
            click.echo(listing.table(entries))
    return FOUND


@bank.command()
@click.argument("pattern", metavar="NAME[@VERSION]")
@click.option("--files/--no-files", "with_files", default=True, help="Print the files as well.")
@as_json
@click.pass_obj
def show(place: str | None, pattern: str, *, with_files: bool, wants_json: bool) -> int:
    """Show a pattern: its manifest, files, example and history."""
    from patternbank import listing

    name, _, number = pattern.partition("@")
    with _opened(place) as opened:
        version = opened.version(name, number or None)
        entry = opened.entry(version.name, version.version)
        history = opened.store.history(version.name, version.version)
    if entry is None:
        raise click.ClickException(f"{version.reference} is gone")
    if wants_json:
        _print_json(listing.details(entry, version, history))
    else:
        click.echo(listing.description(entry, version, history, with_files=with_files))
    return FOUND


@bank.command()
@click.argument("words", nargs=-1)
@click.option("--capability", default="", help="What the pattern must provide.")
@click.option("--stack", default="", metavar="A,B", help="The parts that there are.")
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="A setting; JSON values are read.")
@click.option("--fact", "facts", multiple=True, help="Something that holds, for predicates.")
@click.option("--graph", "graph_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON graph.")
@click.option("--min-score", default=0.0, type=click.FloatRange(0, 1), help="The least of the four scores.")
@click.option("--any-status", is_flag=True, help="Candidates and drafts as well, not golden ones alone.")
@click.option("--limit", default=10, type=click.IntRange(1, 1000), show_default=True)
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
    with _opened(place) as opened:
        ranking = opened.rank(query)
    if options["wants_json"]:
        _print_json(ranking.model_dump(mode="json"))
    else:
        click.echo(listing.ranking(ranking))
    return FINDINGS if ranking.abstained else FOUND


@bank.command()
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
        patterns, findings = checking.check_folder(Path(target))
    elif accept or "/" in target:
        raise click.UsageError(f"{target or 'the bank'} is no folder of patterns")
    else:
        patterns, findings = _check_bank(place, target)
    if wants_json:
        _print_json({"checked": len(patterns), "findings": [finding.model_dump() for finding in findings]})
    else:
        click.echo(listing.findings(findings, checked=len(patterns)))
    return FINDINGS if findings else FOUND


@bank.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", required=True, help="Who adds it.")
@click.option("--why", required=True, help="What for.")
@as_json
@click.pass_obj
def add(place: str | None, folder: Path, by: str, why: str, *, wants_json: bool) -> int:
    """Add the patterns of a folder as candidates; exit 1, and add nothing, when a check has findings."""
    from patternbank import checking, listing
    from patternbank.lifecycle import Change
    from patternbank.patterns import Status

    patterns, findings = checking.check_folder(folder)
    with _opened(place) as opened:
        held = [opened.contents(entry.digest) for entry in opened.entries()]
        findings = (
            *(found for found in findings if found.code not in ("requires", "conflicts")),
            *_news(patterns, held),
        )
        ready = [] if findings else [pattern.with_status(Status.CANDIDATE) for pattern in patterns]
        added = opened.store.add(ready, Change(by=by, why=why))
    if wants_json:
        _print_json({"added": added, "findings": [finding.model_dump() for finding in findings]})
    else:
        click.echo(listing.findings(findings, checked=len(patterns)))
        click.echo("\n".join(f"added {reference} as candidate" for reference in added) or "nothing added")
    return FINDINGS if findings else FOUND


def _news(patterns: Sequence["PatternVersion"], held: Sequence["PatternVersion"]) -> tuple["Finding", ...]:
    """Judge new patterns together with those that the bank holds; give what concerns the new ones."""
    from patternbank import checking

    names = {pattern.reference for pattern in patterns}
    others = [pattern for pattern in held if pattern.reference not in names]
    return tuple(found for found in checking.check_together([*patterns, *others]) if found.pattern in names)


def _check_bank(place: str | None, target: str) -> tuple[Any, Any]:
    from patternbank import checking

    name, _, number = target.partition("@")
    with _opened(place) as opened:
        if name:
            version = opened.version(name, number or None)
            return (version,), checking.check_pattern(version)
        versions = tuple(opened.contents(entry.digest) for entry in opened.entries())
    single = tuple(finding for version in versions for finding in checking.check_pattern(version))
    return versions, (*single, *checking.check_together(versions))


@contextmanager
def _opened(place: str | None) -> Iterator["Bank"]:
    from patternbank.bank import open_bank

    with open_bank(place) as opened:
        for notice in opened.notices:
            click.echo(f"note: {notice}", err=True)
        yield opened


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


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True))
