"""The codes of findings on a whole application and on a generated file tree, each with an example."""

from typing import NamedTuple

from devmatrix.diagnostics.model import Severity


class Entry(NamedTuple):
    """A code: its title, what it means, text that causes it, and what to write instead.

    ``place`` says where in the frame of ``examples`` the text stands, so that it makes a whole spec; empty: it is a
    sketch.
    """

    code: str
    title: str
    explanation: str
    example: str
    fix: str
    severity: Severity = "error"
    place: str = ""


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "DM701",
        "two operations with the same method and path",
        "A call must reach one operation; names of path parameters do not tell two paths apart.",
        "| GET /zints/{id} | read Zint |\n| GET /zints/{key} | read Zint |",
        "Give one of the two another path or leave it out.",
    ),
    Entry(
        "DM702",
        "two operations with the same operationId",
        "The operationId comes from the flow's title or from verb and entity.",
        "### Close zint\n…\n### Close Zint",
        "Give one of the two another title.",
    ),
    Entry(
        "DM703",
        "a nested creation without its owner",
        "A row that is part of another takes its owner from the path.",
        "| POST /gobs | create Gob |   where Gob is (part of Zint as gobs)",
        "Write `POST /zints/{id}/gobs`, or a flow that creates the row.",
    ),
    Entry(
        "DM704",
        "names that meet on the wire",
        "A reference `zint` travels as `zint_id`, a bound of a filter `size` as `size_gte`.",
        "| zint | -> Zint | |\n| zint_id | text | |",
        "Rename one of the fields.",
    ),
    Entry(
        "DM705",
        "rows that can never be made",
        "References that must not be null lead round in a circle, so that no first row is possible.",
        "Zint: | gob | -> Gob | required |\nGob: | zint | -> Zint | required |",
        "Make one of the references optional.",
    ),
    Entry(
        "DM706",
        "a creation leaves a field without a value",
        "A field that is never null must be given, copied or have a default wherever a row is made.",
        "creates `Gob` with `zint = zint`   where Gob has | size | integer | required |",
        "Write `size = …`, or give the field a default.",
    ),
    Entry(
        "DM707",
        "copied from what is not there yet",
        "A copy is made at creation, so it can only read references, the owner and fields that are given.",
        "| first | integer | copied from second |\n| second | integer | copied from first |",
        "Copy from a reference, the owner, or a field that is given.",
    ),
    Entry(
        "DM708",
        "an answer without a form on the wire",
        "Rows, plain values and lists of these can be answered; a duration cannot.",
        "answers 200 with `zint.ended - zint.begun`",
        "Answer a row, a number, a text, a date or a list of these.",
    ),
    Entry(
        "DM709",
        "two things kept in one place",
        "Tables and columns have names of their own.",
        "### Zint\n- table: things\n### Gob\n- table: things",
        "Write another `- table: …`, or rename one of the fields.",
    ),
    Entry(
        "DM710",
        "a name too long for PostgreSQL",
        "PostgreSQL keeps 63 bytes of a name.",
        "- table: a_name_of_more_than_sixty_three_letters_which_no_database_keeps_whole",
        "Use a shorter name.",
    ),
    Entry(
        "DM711",
        "a name that nothing uses",
        "What `let` names is used behind it, in what it can be seen from; a name that nobody reads is often misspelt.",
        "- let `total = zint.size * 2`\n- answers 200 with `zint.size`",
        "Use it, or leave the `let` out.",
        "warning",
    ),
    Entry(
        "DM801",
        "a task without a pattern",
        "The bank holds no golden pattern that provides what a task asks for and fits its structure and settings.",
        "a bank in which every pattern for `operation.patch` is retired",
        "Add a pattern for the capability: `patternbank add FOLDER`.",
    ),
    Entry(
        "DM802",
        "no pattern is close enough",
        "Patterns for the capability are there, and none is made for a structure like this one: the bank abstains.",
        "a pattern for `operation.flow` that is made for loops only, and a flow without one",
        "Add a pattern that fits: `patternbank add FOLDER`.",
    ),
    Entry(
        "DM803",
        "a pattern requires what nobody provides",
        "A chosen pattern needs a capability that neither a chosen pattern nor the bank provides.",
        "`requires: [app.cache]` in a bank without a pattern for `app.cache`",
        "Add a pattern for it, or bind another pattern.",
    ),
    Entry(
        "DM804",
        "two patterns that do not go together",
        "A chosen pattern conflicts with another chosen one; the finding names both.",
        "two patterns for sessions, one with `conflicts: [app.sessions]`",
        "Retire one of the two, or bind another pattern in its place.",
    ),
    Entry(
        "DM811",
        "a generated path leaves the folder",
        "Generated files stay inside the output folder. This is a fault of a pattern, not of a spec.",
        "a pattern whose path is `../main.py`",
        "Correct the path in the pattern's `pattern.yaml`.",
    ),
    Entry(
        "DM812",
        "generated paths that clash",
        "Two files differ in case only, or one stands where another needs a folder.",
        "patterns that give `src/Main.py` and `src/main.py`",
        "Correct the path in one of the patterns.",
    ),
    Entry(
        "DM813",
        "generated Python that does not parse",
        "A pattern rendered text that is no Python. This is a fault of the pattern, not of a spec.",
        "a template that leaves a bracket open",
        "Correct the template; `patternbank check` shows the place.",
    ),
    Entry(
        "DM814",
        "generated text that cannot be written",
        "Files are UTF-8; half of a surrogate pair has no form in it.",
        "a text with the lone surrogate U+D800",
        "Leave the character out.",
    ),
    Entry(
        "DM821",
        "an expression that the target cannot ask of the database",
        "Conditions of lists and computed fields are asked of the database, which has not a form for everything.",
        '- GET /tea-things: list Thing where `thing.name.lowerAscii() == "tea"`',
        "Say the condition in stored fields.",
    ),
)
_SEVERITY: dict[str, Severity] = {entry.code: entry.severity for entry in ENTRIES}


def severity_of(code: str) -> Severity:
    """Whether a finding of this code forbids going on; KeyError for a code that is not in the table."""
    return _SEVERITY[code]
