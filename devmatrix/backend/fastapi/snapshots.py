"""Where the values that ``old(…)`` speaks of are kept: as soon as all that they read is in hand."""

from typing import Any

from devmatrix.backend.fastapi.wording import mentions

View = dict[str, Any]


def place_snapshots(statements: list[View], kept: list[View]) -> tuple[list[View], list[View]]:
    """(values to keep before the statements, the statements with the others among them)."""
    after: dict[int, list[View]] = {}
    first: list[View] = []
    for snapshot in kept:
        place = _last_needed(statements, snapshot)
        if place is None:
            first.append(snapshot)
        else:
            line = statements[place]
            after.setdefault(place, []).append({"kind": "keep", "node": line["node"], "pad": line["pad"], **snapshot})
    placed: list[View] = []
    for place, line in enumerate(statements):
        placed.extend((line, *after.get(place, ())))
    return first, placed


def _last_needed(statements: list[View], snapshot: View) -> int | None:
    """The last line that brings a name into scope which the value reads, its loading included."""
    found: int | None = None
    for place, line in enumerate(statements):
        binds = line["kind"] in ("bind", "bind many", "let") and mentions(line["variable"], snapshot)
        if binds or (line["kind"] == "load" and found == place - 1):
            found = place
    return found
