"""What a scenario learns while it runs: when it began, and what earlier answers held."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from devmatrix.artifacts.terms import Anything, Captured, Given, Instant, Items, Joined, Later, Near, Record, Term


class Unresolved(Exception):  # noqa: N818 - a state of the scenario, not a failure of the machine
    """A term that has no value: a capture that never happened, or a matcher where a value is sent."""


@dataclass
class Moment:
    """The start of a scenario in whole seconds of UTC, and the values captured since."""

    now: dt.datetime
    captured: dict[str, JsonValue] = field(default_factory=dict)

    def capture(self, name: str) -> JsonValue:
        """What was kept under ``name``; raises Unresolved when nothing was."""
        if name not in self.captured:
            raise Unresolved(f"nothing was captured as {name!r}")
        return self.captured[name]

    def instant(self, term: Instant) -> dt.datetime | dt.date:
        """The time that the term points at."""
        if term.type == "date":
            return self.now.date() + dt.timedelta(days=term.days)
        return self.now + dt.timedelta(microseconds=term.microseconds)

    def resolve(self, term: Term) -> JsonValue:
        """The value to send or store; raises Unresolved for a term that only matches."""
        match term:
            case Given():
                return term.value
            case Instant():
                return timestamp(self.instant(term))
            case Captured():
                return self.capture(term.name)
            case Joined():
                return "".join(plain_text(self.resolve(part)) for part in term.parts)
            case Record():
                return {name: self.resolve(member) for name, member in term.members}
            case Items():
                return [self.resolve(item) for item in term.items]
            case Anything() | Near() | Later():
                raise Unresolved(f"{term.term!r} matches values and is none")

    def text(self, term: Term) -> str:
        """The value as it stands in a path, a query or a header."""
        return plain_text(self.resolve(term))


def begin(clock: dt.datetime) -> Moment:
    """A moment that starts at ``clock``, its whole seconds kept."""
    return Moment(clock.astimezone(dt.UTC).replace(microsecond=0))


def timestamp(value: dt.datetime | dt.date) -> str:
    """ISO text; a datetime in UTC with ``Z`` and no digits of a second that it does not need."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat()


def plain_text(value: JsonValue) -> str:
    """A JSON value as the text that stands in an address: no quotes, ``true`` and ``false``, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        raise Unresolved(f"an object or a list cannot stand in an address: {value!r}")
    return str(value)
