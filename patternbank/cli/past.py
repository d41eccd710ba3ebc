"""Ask what was done, built and learnt: history, failures, advice, stats."""

from datetime import UTC, datetime

import click

from patternbank.cli.common import FOUND, as_json, opened_bank, pattern_argument, print_json


@click.command()
@pattern_argument(required=False)
@click.option("--limit", default=50, type=click.IntRange(1, 100_000), show_default=True, help="The newest so many.")
@as_json
@click.pass_obj
def history(place: str | None, pattern: str, limit: int, *, wants_json: bool) -> int:
    """Show who changed what, when and why: of a version, of all versions of a pattern, or of the bank."""
    from patternbank import past, past_text

    with opened_bank(place) as opened:
        events = past.events(opened.store, pattern)[-limit:]
    if wants_json:
        print_json({"changes": [event.model_dump(mode="json") for event in events]})
    else:
        click.echo(past_text.events(events))
    return FOUND


@click.command()
@pattern_argument(required=False)
@click.option("--open", "only_open", is_flag=True, help="Only what no later run of the same application cleared.")
@as_json
@click.pass_obj
def failures(place: str | None, pattern: str, *, only_open: bool, wants_json: bool) -> int:
    """Show red scenarios by the pattern that they are blamed on, the same mistake together."""
    from patternbank import past, past_failures, past_text

    with opened_bank(place) as opened:
        found = past.blamed(opened.store, pattern)
    found = tuple(one for one in found if one.open or not only_open)
    if wants_json:
        families = [one.model_dump(mode="json", exclude={"failures"}) for one in past_failures.recurring(found)]
        print_json({"failures": [one.model_dump(mode="json") for one in found], "families": families})
    else:
        click.echo(past_text.failures(found))
    return FOUND


@click.command()
@pattern_argument(required=False)
@as_json
@click.pass_obj
def advice(place: str | None, pattern: str, *, wants_json: bool) -> int:
    """Show what the bank has learnt and builds do because of it, and what it would look at next."""
    from patternbank import past, past_text

    with opened_bank(place) as opened:
        found = past.advice(opened, pattern, datetime.now(UTC))
    if wants_json:
        print_json(found.model_dump(mode="json"))
    else:
        click.echo(past_text.advice(found))
    return FOUND


@click.command()
@as_json
@click.pass_obj
def stats(place: str | None, *, wants_json: bool) -> int:
    """Count what the bank holds, and how what was built of it fared."""
    from patternbank import past, past_text

    with opened_bank(place) as opened:
        found = past.statistics(opened.store)
    if wants_json:
        print_json(found.model_dump(mode="json"))
    else:
        click.echo(past_text.statistics(found))
    return FOUND
