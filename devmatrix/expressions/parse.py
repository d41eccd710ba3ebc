"""Text of an expression, an assignment or a typed name to syntax nodes; what cannot be read is a finding."""

import unicodedata
from typing import Any

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions.build import TooDeepError
from devmatrix.expressions.grammar import expression_parser
from devmatrix.expressions.syntax import MAX_DEPTH, AssignmentNode, Syntax, TypedNameNode

_HINTS = {"=": "write '==' to compare", "&": "write '&&'", "|": "write '||'"}
_WORD_HINTS = {"and": "write '&&'", "or": "write '||'", "not": "write '!'", "is": "write '=='"}
_KINDS = {"expression": "an expression", "assignment": "'path = expression'", "typed_name": "'name: Entity'"}


def parse_expression(fragment: Fragment, findings: Findings) -> Syntax | None:
    """The expression that the fragment holds; None after a finding."""
    found: Syntax | None = _parse("expression", fragment, findings)
    return found


def parse_assignment(fragment: Fragment, findings: Findings) -> AssignmentNode | None:
    """``path = expression`` with ``=``, ``+=`` or ``-=``; None after a finding."""
    found: AssignmentNode | None = _parse("assignment", fragment, findings)
    return found


def parse_typed_name(fragment: Fragment, findings: Findings) -> TypedNameNode | None:
    """``name: Entity``; None after a finding."""
    found: TypedNameNode | None = _parse("typed_name", fragment, findings)
    return found


def _parse(start: str, fragment: Fragment, findings: Findings) -> Any:
    if not fragment.text.strip():
        findings.add("DM501", fragment.span(), f"{_KINDS[start]} is missing here")
        return None
    try:
        return expression_parser().parse(fragment.text, start=start)
    except TooDeepError as error:
        at = fragment.span(error.offset, error.offset + 1)
        findings.add(
            "DM502", at, f"this expression nests deeper than {MAX_DEPTH} levels", "name parts of it with 'let'"
        )
    except UnexpectedInput as error:
        _report(error, start, fragment, findings)
    return None


def _report(error: UnexpectedInput, start: str, fragment: Fragment, findings: Findings) -> None:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        end = len(fragment.text.rstrip())
        at = fragment.span(max(end - 1, 0), end)
        findings.add("DM501", at, f"'{_short(fragment.text)}' ends too early to be {_KINDS[start]}")
    elif isinstance(error, UnexpectedToken):
        token = str(error.token)
        offset = int(error.token.start_pos or 0)
        message = f"'{_short(token)}' is not expected here"
        fix = _HINTS.get(token) or _WORD_HINTS.get(token.lower())
        findings.add("DM501", fragment.span(offset, offset + len(token)), message, fix)
    elif isinstance(error, UnexpectedCharacters):
        offset = int(error.pos_in_stream or 0)
        character = fragment.text[offset]
        fix = _HINTS.get(character) or _quote_hint(character)
        at = fragment.span(offset, offset + 1)
        findings.add("DM501", at, f"{describe_character(character)} is not expected here", fix)


def describe_character(character: str) -> str:
    """The character, and its Unicode name where it is easily taken for another."""
    if character.isascii() and character.isprintable():
        return f"'{character}'"
    name = unicodedata.name(character, "a control character")
    shown = f"'{character}' " if character.isprintable() else ""
    return f"{shown}(U+{ord(character):04X} {name})"


def foreign_character(text: str) -> str | None:
    """The first character outside ASCII, described: names that look alike are not the same."""
    found = next((character for character in text if not character.isascii()), None)
    return None if found is None else describe_character(found)


def _quote_hint(character: str) -> str | None:
    if character in "“”„«»":
        return "write straight quotes"
    return "close the text with the quote it began with" if character in "\"'" else None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."
