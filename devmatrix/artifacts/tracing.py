"""Reads tracebacks out of an application's log: which exceptions came, and where they came from."""

import re
from collections.abc import Iterator

PLACE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
OPENING = "Traceback (most recent call last):"
UNIMPORTABLE = re.compile(r"cannot import name .* from .* \((?P<file>[^()]+\.py)\)")
EXCEPTION = re.compile(r"(?:[A-Za-z_]\w*\.)*(?P<name>[A-Z]\w*)(?::|$)")
KEPT = 12


def fresh(before: str, after: str) -> str:
    """What a log's tail holds that was written since an earlier tail of it was read."""
    if not before:
        return after
    seen = before.splitlines()[-3:]
    lines = after.splitlines()
    for end in range(len(lines), len(seen) - 1, -1):
        if lines[end - len(seen) : end] == seen:
            return "\n".join(lines[end:])
    return after


def frames_of(log: str) -> tuple[tuple[str, int], ...]:
    """Files and lines of all tracebacks, in the order in which they stand; one in JSON counts like any other.

    A file that lacks a name that is imported from it stands last, with its first line.
    """
    text = _unpacked(log)
    lacking = tuple((match["file"], 1) for match in UNIMPORTABLE.finditer(text))
    return (*((match["file"], int(match["line"])) for match in PLACE.finditer(text)), *lacking)


def exceptions_of(log: str) -> tuple[str, ...]:
    """The class that ends each traceback, neighbours that are alike once."""
    names: list[str] = []
    for name in _endings(_unpacked(log)):
        if names[-1:] != [name]:
            names.append(name)
    return tuple(names[-KEPT:])


def _endings(text: str) -> Iterator[str]:
    inside = False
    for line in text.splitlines():
        bare = line.lstrip(" |+-")
        if bare.endswith(OPENING):
            inside = True
        elif inside and (found := EXCEPTION.match(bare)) and not line.startswith("    "):
            yield found["name"]
            inside = False


def _unpacked(log: str) -> str:
    """The log with the line ends and quotes that JSON hides."""
    return log.replace("\\n", "\n").replace('\\"', '"')
