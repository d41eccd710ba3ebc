"""Marked places: the lines of a file at which fragments are put in."""

import re

_PLACE = re.compile(r"^\s*(?:#|//|--|<!--)\s*place:\s*([a-z][a-z0-9_.-]*)\s*(?:-->)?\s*$")


def marked_place(line: str) -> str | None:
    """Give the name of the place that a line marks: ``# place: NAME``, ``<!-- place: NAME -->``."""
    found = _PLACE.match(line)
    return found[1] if found else None
