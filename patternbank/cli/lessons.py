"""Look at lessons and what they propose, and decide about them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from patternbank.cli.common import FINDINGS, FOUND, as_json, curated, opened_bank, print_json

if TYPE_CHECKING:
    from patternbank.lessons.records import LessonStatus

STATUSES = ("draft", "active", "quarantined", "retired", "accepted")


@click.command()
@click.option("--status", type=click.Choice(STATUSES), default=None, help="Only lessons of this status.")
@as_json
@click.pass_obj
def lessons(place: str | None, status: str | None, *, wants_json: bool) -> int:
    """List what failures taught, and how it fared."""
    from patternbank.lessons import telling

    now = datetime.now(UTC)
    with opened_bank(place) as opened:
        found = opened.store.lessons(status=status or "")
        told = [telling.tell(opened, record, now) for record in found]
    if wants_json:
        pairs = zip(found, told, strict=True)
        print_json(
            {"lessons": [{**record.model_dump(mode="json"), **one.model_dump(mode="json")} for record, one in pairs]}
        )
    else:
        click.echo(telling.table(told))
    return FOUND


@click.command()
@click.argument("key", metavar="[ID]", default="")
@click.option("--status", type=click.Choice(["open", "accepted", "rejected"]), default=None, help="Only these.")
@as_json
@click.pass_obj
def proposals(place: str | None, key: str, status: str | None, *, wants_json: bool) -> int:
    """List the versions that lessons propose, or show one: what speaks for it, and the difference that it makes."""
    from patternbank.lessons import telling
    from patternbank.lessons.deciding import find_proposal

    with opened_bank(place) as opened:
        found = [find_proposal(opened, key)] if key else list(opened.store.proposals(status=status or ""))
        records = {one.id: opened.store.lesson(one.lesson) for one in found}
        now = datetime.now(UTC)
        told = {key: telling.tell(opened, record, now) for key, record in records.items() if record is not None}
    if wants_json:
        reasons = {one.id: {"about": told[one.id].model_dump(mode="json") if one.id in told else None} for one in found}
        print_json(
            {"proposals": [{**one.model_dump(mode="json", exclude={"body"}), **reasons[one.id]} for one in found]}
        )
    elif key:
        click.echo(telling.proposal(found[0], told.get(found[0].id)))
    else:
        lines = [f"{one.id[:12]}  {one.status:<8}  {one.reference} corrects {one.corrects}" for one in found]
        click.echo("\n".join([*lines, f"{len(found)} proposals"]))
    return FOUND


@click.command()
@click.argument("key", metavar="ID")
@curated
@as_json
@click.pass_obj
def accept(place: str | None, key: str, by: str, why: str, *, dry_run: bool, wants_json: bool) -> int:
    """Add the version that a lesson proposes, checked as any other; exit 1, and add nothing, with any finding."""
    from patternbank.cli.changes import said, told
    from patternbank.lessons import deciding
    from patternbank.lifecycle import Change

    with opened_bank(place) as opened:
        proposal = deciding.find_proposal(opened, key)
        found = deciding.accept(opened, proposal, Change(by=by, why=why), dry_run=dry_run)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    prove = f"devmatrix run SPEC --out DIR --try {proposal.reference}"
    promote = f"patternbank promote {proposal.reference}"
    if wants_json:
        print_json({**told(found), "dry_run": dry_run, "next": [prove, promote]})
    else:
        click.echo(said(found, checked=1, dry_run=dry_run))
        if not (found.findings or dry_run):
            click.echo(f"until it is promoted, builds follow the lesson where they would take {proposal.corrects}")
            click.echo(f"prove it with each of your specifications: {prove}")
            click.echo(f'then take it into use: {promote} --why "…"')
    return FINDINGS if found.findings else FOUND


@click.command()
@click.argument("key", metavar="ID")
@curated
@as_json
@click.pass_obj
def reject(place: str | None, key: str, by: str, why: str, *, dry_run: bool, wants_json: bool) -> int:
    """Turn down a version that a lesson proposes; it is not proposed again, and the lesson stays as it is."""
    from patternbank.lessons.deciding import find_proposal
    from patternbank.lessons.states import check_proposal_way
    from patternbank.lifecycle import Change

    with opened_bank(place) as opened:
        found = find_proposal(opened, key)
        check_proposal_way(found.id, found.status, "rejected")
        if not dry_run:
            opened.store.settle_proposal(found.id, "rejected", Change(by=by, why=why))
    text = f"{found.reference} is turned down, and not proposed again"
    return _say(
        {"id": found.id, "status": "rejected", "dry_run": dry_run}, text, dry_run=dry_run, wants_json=wants_json
    )


@click.command()
@click.argument("key", metavar="ID")
@curated
@as_json
@click.pass_obj
def quarantine(place: str | None, key: str, by: str, why: str, *, dry_run: bool, wants_json: bool) -> int:
    """Take a lesson back that somebody doubts: no build follows it until it is tried out anew."""
    text = "no build follows it any more"
    return _move(place, key, "quarantined", (by, why), text, dry_run=dry_run, wants_json=wants_json)


@click.command(name="retire-lesson")
@click.argument("key", metavar="ID")
@curated
@as_json
@click.pass_obj
def retire_lesson(place: str | None, key: str, by: str, why: str, *, dry_run: bool, wants_json: bool) -> int:
    """Lay a lesson aside that matters no more."""
    text = "it is laid aside, and no build follows it"
    return _move(place, key, "retired", (by, why), text, dry_run=dry_run, wants_json=wants_json)


@click.command()
@click.argument("key", metavar="ID")
@curated
@as_json
@click.pass_obj
def activate(place: str | None, key: str, by: str, why: str, *, dry_run: bool, wants_json: bool) -> int:
    """Let builds follow a lesson because you say so, without it having been tried out."""
    text = f"builds follow it because {by} says so: no replay has shown that it helps and harms nothing"
    return _move(place, key, "active", (by, why), text, dry_run=dry_run, wants_json=wants_json)


def _move(
    place: str | None,
    key: str,
    status: "LessonStatus",
    said: tuple[str, str],
    text: str,
    *,
    dry_run: bool,
    wants_json: bool,
) -> int:
    """Move a lesson, and say what that means."""
    from patternbank.lessons.deciding import check_decision, decide, find_lesson
    from patternbank.lifecycle import Change

    by, why = said
    with opened_bank(place) as opened:
        record = find_lesson(opened, key)
        check_decision(record, status)
        if not dry_run:
            decide(opened, record, status, Change(by=by, why=why))
    told: dict[str, object] = {"id": record.lesson.id, "before": record.status, "status": status, "dry_run": dry_run}
    return _say(told, f"lesson {record.lesson.id[:12]}: {text}", dry_run=dry_run, wants_json=wants_json)


def _say(told: dict[str, object], text: str, *, dry_run: bool, wants_json: bool) -> int:
    if wants_json:
        print_json(told)
    else:
        click.echo(text)
        if dry_run:
            click.echo("nothing was changed: a dry run")
    return FOUND
