"""The text of ``docs/diagnostics.md``: every code of the catalogue, with its example and a way out."""

from devmatrix.diagnostics.catalogue import CATALOGUE
from devmatrix.diagnostics.catalogue_ir import Entry
from devmatrix.diagnostics.examples import FRAME

_CHAPTERS = {
    "DM0": "The file, its outline and its settings",
    "DM1": "Entities, fields, types and rules",
    "DM3": "Endpoints",
    "DM4": "Flows",
    "DM5": "Expressions",
    "DM6": "Warnings",
    "DM7": "The application as a whole",
    "DM8": "Patterns and generated files",
}
_PLACES = {
    "whole": "The whole spec",
    "setting": "Under `## Settings`",
    "entity": "Under `## Entities`",
    "field": "As rows of a table of fields",
    "option": "As bullets of an entity `Thing` with the fields `size` (integer) and `state` (one of NEW, DONE)",
    "endpoint": "As rows of the table of endpoints",
    "flow": "Under `## Flows`",
    "statement": "As bullets of a flow on `shelf: Shelf`",
    "": "A sketch",
}
_LONGEST = 400


def write_reference() -> str:
    """The whole page, chapter by chapter, in the order of the codes."""
    parts = [_HEAD.format(frame=FRAME.format(settings="", entities="", endpoints="", flows="").strip())]
    chapter = ""
    for code in sorted(CATALOGUE):
        if code[:3] != chapter:
            chapter = code[:3]
            parts.append(f"## {_CHAPTERS[chapter]}\n")
        parts.append(_entry(CATALOGUE[code]))
    return "\n".join(parts)


def _entry(entry: Entry) -> str:
    kind = " (warning)" if entry.severity == "warning" else ""
    return (
        f"### {entry.code}: {entry.title}{kind}\n\n{entry.explanation}\n\n{_PLACES[entry.place]}:\n\n"
        f"````markdown\n{_shown(entry.example)}\n````\n\nWhat to do: {entry.fix}\n"
    )


def _shown(example: str) -> str:
    plain = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in example)
    return plain if len(plain) <= _LONGEST else plain[:120] + " … and so on"


_HEAD = """# Diagnostics

What `devmatrix check` may say about a spec. Each finding has a place (file:line:column), a code that stays the same
from version to version, a message, and often a fix. All findings of a file are reported at once. An error forbids
going on; a warning does not.

This page is written from the catalogue in `devmatrix/diagnostics/`, and a test keeps both alike. Each example stands in
this spec, at the place that it names:

````markdown
{frame}
````
"""
