"""Write what was done, built and learnt for people."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from patternbank.lessons.telling import paragraph
from patternbank.lessons.words import cause
from patternbank.past import Advice, Blamed, Event, Statistics
from patternbank.past_failures import Recurring, recurring

NO_LESSONS = "no lessons yet"


def events(found: Sequence[Event]) -> str:
    """Write changes, one a line."""
    return "\n".join(_event(event) for event in found) or "no change"


def failures(found: Sequence[Blamed]) -> str:
    """Write failures under what they are blamed on, each mistake once, those that did not fail again last."""
    lines: list[str] = []
    for reference, group in groupby(recurring(found), key=lambda one: one.reference):
        lines.append(reference)
        for mistake in group:
            lines.append(f"  {_mistake(mistake)}")
            for one in mistake.failures:
                lines += _failure(one)
    return "\n".join(lines) or "no failures"


def advice(found: Advice) -> str:
    """Write lessons, or that there are none, and what deserves a look."""
    lines = [paragraph(told) for told in found.lessons] or [NO_LESSONS]
    for hint in found.hints:
        lines += [f"{hint.reference}: {hint.text}", f"  do: {hint.hint}"]
    return "\n".join(lines)


def statistics(found: Statistics) -> str:
    """Write the counts."""
    rate = "nothing was asked yet" if found.pass_rate is None else f"{found.pass_rate:.1%} of those asked passed"
    asked = f"{found.passed} passed, {found.failed} failed, {found.skipped} skipped; {rate}"
    lines = [
        f"versions      {found.versions} of {found.patterns} patterns, {found.scored} with scores",
        f"status        {_listed(found.statuses)}",
        f"category      {_listed(found.categories)}",
        f"capability    {_listed(found.capabilities)}",
        f"applications  {found.applications}",
        f"runs          {found.runs}, {found.red_runs} with failures",
        f"scenarios     {found.scenarios}: {asked}",
    ]
    return "\n".join(lines)


def _event(event: Event) -> str:
    past = event.entry
    ways = " -> ".join(_state(past.kind, state) for state in (past.before, past.after) if state)
    instead = f" (instead: {past.change.replacement})" if past.change.replacement else ""
    when = f"{past.change.at:%Y-%m-%d %H:%M}"
    return f"{when}  {event.reference}  {past.kind} {ways} by {past.change.by}: {past.change.why}{instead}"


def _state(kind: str, state: str) -> str:
    """Write a status as it is, a digest short, and scores without their brackets."""
    return state[:12] if kind == "reissued" else state.strip("{}").replace('"', "")


def _mistake(found: Recurring) -> str:
    """Write what went wrong, where, how often, and whether it counts."""
    where = f" in '{found.fragment}'" if found.fragment else ""
    often = f"{_many(found.times, 'time')} in {_many(found.applications, 'application')}, {found.open} of them open"
    apart = "; it did not fail again, so nothing is learnt from it" if found.flaky else ""
    return f"{cause(found.cause)}{where}: {often}{apart}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _failure(one: Blamed) -> Iterator[str]:
    found = one.failure
    state = "open" if one.open else "cleared by a later run"
    yield f"    {found.scenario} ({found.kind}, {found.cause or 'cause unknown'}): {state}"
    yield f"      expected {found.expected}, got {found.actual}"
    if found.file:
        yield f"      at {found.file}:{found.line}"
    yield f"      {one.title or one.application[:12]}, run {one.run}, {one.at:%Y-%m-%d %H:%M}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
