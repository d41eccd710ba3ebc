"""Fragments to pieces; what the grammar does not know is a finding that names the nearest valid spelling."""

import re
from typing import Any, cast

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from devmatrix.diagnostics.findings import Findings, nearest
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.expressions.parse import describe_character, foreign_character
from devmatrix.frontend.language.grammar import piece_parser
from devmatrix.frontend.language.pieces import Declared, RulePiece

RULES = (
    "required", "unique", "default", "between", "length", "matches", "immutable", "read-only", "write-only",
    "copied from", "computed", "searchable", "filterable", "sortable", "indexed", "deletes with it", "restricts",
    "clears",
)  # fmt: skip
STATEMENTS = (
    "takes", "with", "requires", "let", "for each", "when", "otherwise", "creates", "sets", "deletes", "adds",
    "removes", "ensures", "answers",
)  # fmt: skip
FORMS = {
    "heading": "write 'Name', 'Name (part of Owner as items)' or 'Name (external, schema s, table t)'",
    "names": "write names with commas between them",
    "sorting": "write 'sorted by: field, -other'",
    "guard": "write '`condition` else \"message\"'",
    "states": "write 'states: field: A -> B; A -> C'",
    "does": "write 'list Entity', 'create Entity', 'read Entity', 'update Entity', 'patch Entity' or 'delete Entity'",
    "head": "write '`POST /path/{id}/name` on `row: Entity`, answers 200 with `row`'",
}
STATEMENT_FORMS = {
    "takes": "takes `name: type, rules`",
    "with": 'with `row: Entity` by `input` else 409 "message"',
    "requires": 'requires `condition` else 409 "message"',
    "let": "let `name = expression`",
    "for each": "for each `row` in `list`",
    "when": "when `condition`",
    "otherwise": "otherwise",
    "creates": "creates `row: Entity` with `field = expression`, `other = expression`",
    "sets": "sets `row.field = expression`",
    "deletes": "deletes `row`",
    "adds": "adds `row` to `other.list`",
    "removes": "removes `row` from `other.list`",
    "ensures": "ensures `condition`",
    "answers": "answers 200 with `row`",
}
_RANGE = re.compile(r"(-?[0-9.]*[0-9])[ ]*\.\.[ ]*(-?[0-9][0-9.]*)")
_WORDS = re.compile(r"[A-Za-z][A-Za-z-]*([ \t\n]+[a-z]+)*")


def read_piece(start: str, code: str, fragment: Fragment, findings: Findings) -> Any:
    """The piece that the fragment holds, read as ``start`` of the grammar; None after a finding."""
    try:
        return piece_parser().parse(fragment.text, start=start)
    except UnexpectedInput as error:
        at, message = _explain(error, fragment)
        findings.add(code, at, message, FORMS.get(start))
        return None


def _declared(text: str, start: str) -> Declared:
    found: Any = piece_parser().parse(text, start=start)
    return cast("Declared", found)


def read_declared(fragment: Fragment, findings: Findings) -> Declared | None:
    """``type, rule, rule``; rules that cannot be read are findings, the others are kept. None without a type."""
    try:
        found = _declared(fragment.text, "declared")
    except UnexpectedInput as error:
        return _recover_declared(error, fragment, findings)
    return found


def read_rules(fragment: Fragment, findings: Findings) -> tuple[RulePiece, ...]:
    """The rules of a cell; those that cannot be read are findings, the others are kept."""
    if not fragment.text.strip():
        return ()
    try:
        found = _declared(fragment.text, "rules")
    except UnexpectedInput as error:
        return _recover_rules(error, fragment, findings)
    return found.rules


def read_statement(fragment: Fragment, findings: Findings) -> Any:
    """The statement of a bullet; None after a finding."""
    try:
        return piece_parser().parse(fragment.text, start="statement")
    except UnexpectedInput as error:
        _report_statement(error, fragment, findings)
        return None


def _recover_declared(error: UnexpectedInput, fragment: Fragment, findings: Findings) -> Declared | None:
    pieces = _split(fragment)
    for length in range(len(pieces), 0, -1):
        head = fragment.part(0, pieces[length - 1][1])
        try:
            found = _declared(head.text, "declared")
        except UnexpectedInput:
            continue
        rest = [_read_rule(fragment, start, end, findings) for start, end in pieces[length:]]
        return Declared(found.type, (*found.rules, *(rule for rule in rest if rule is not None)))
    at, message = _explain(error, fragment)
    findings.add("DM112", at, f"this is no type: {message}", "write a type such as 'text(200)' or '-> Entity'")
    return None


def _recover_rules(error: UnexpectedInput, fragment: Fragment, findings: Findings) -> tuple[RulePiece, ...]:
    """Only for texts that cannot be read as a whole: each part between commas is read alone."""
    before = findings.count
    rules = [_read_rule(fragment, start, end, findings) for start, end in _split(fragment)]
    if findings.count == before:
        at, message = _explain(error, fragment)
        findings.add("DM120", at, message)
    return tuple(rule for rule in rules if rule is not None)


def _read_rule(fragment: Fragment, start: int, end: int, findings: Findings) -> RulePiece | None:
    part = fragment.part(start, end)
    if not part.text.strip():
        findings.add("DM120", fragment.span(max(start - 1, 0), max(end, 1)), "a rule is missing beside this comma")
        return None
    padded = " " * start + part.text
    try:
        found = _declared(padded, "rules")
    except UnexpectedInput as error:
        _report_rule(error, part.strip(), fragment, findings)
        return None
    return found.rules[0]


def _report_rule(error: UnexpectedInput, part: Fragment, whole: Fragment, findings: Findings) -> None:
    words = _WORDS.match(part.text)
    name = words.group() if words else part.text
    known = next((rule for rule in RULES if part.text.startswith(rule)), None)
    if known is None:
        bounds = _RANGE.fullmatch(part.text)
        close = nearest(name, RULES) or nearest(name.split()[0], RULES)
        close = f"between {bounds[1]} and {bounds[2]}" if bounds else close
        findings.add("DM120", part.span(), f"there is no rule '{_short(part.text)}'", close and f"write '{close}'")
        return
    at, message = _explain(error, whole)
    findings.add("DM120", at, f"the rule '{known}' cannot be read: {message}", _RULE_FORMS.get(known))


_RULE_FORMS = {
    "default": "write a constant: 'default 0', 'default \"text\"', 'default MEMBER'",
    "between": "write 'between 1 and 10'",
    "length": "write 'length 1..200'",
    "matches": "write 'matches /pattern/', and '\\/' for a slash inside it",
    "copied from": "write 'copied from reference.field'",
    "computed": "write 'computed `expression`'",
}


def _report_statement(error: UnexpectedInput, fragment: Fragment, findings: Findings) -> None:
    text = fragment.text.strip()
    known = next((word for word in STATEMENTS if re.match(re.escape(word) + r"(?![\w-])", text)), None)
    if known is not None:
        at, message = _explain(error, fragment)
        findings.add("DM401", at, message, f"write '{STATEMENT_FORMS[known]}'")
        return
    word = text.split("`")[0].strip() or text
    first = word.split()[0] if word.split() else word
    close = nearest(word, STATEMENTS) or nearest(first, STATEMENTS)
    end = max(len(word), 1)
    findings.add(
        "DM401",
        fragment.strip().span(0, end),
        f"there is no statement '{_short(word)}'",
        f"write '{STATEMENT_FORMS[close]}'" if close else "begin with one of " + ", ".join(STATEMENTS),
    )


def _explain(error: UnexpectedInput, fragment: Fragment) -> tuple[Any, str]:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        offset = int(error.token.start_pos or 0)
        shown = foreign_character(str(error.token)) or f"'{_short(str(error.token))}'"
        return fragment.span(offset, offset + len(error.token)), f"{shown} is not expected here"
    if isinstance(error, UnexpectedCharacters):
        offset = int(error.pos_in_stream or 0)
        word = re.match(r"[A-Za-z0-9_-]+", fragment.text[offset:])
        shown = f"'{_short(word.group())}'" if word else describe_character(fragment.text[offset])
        return fragment.span(offset, offset + (word.end() if word else 1)), f"{shown} is not expected here"
    end = max(len(fragment.text.rstrip()), 1)
    return fragment.span(
        end - 1, end
    ), "something is missing at the end" if fragment.text.strip() else "nothing stands here"


def _split(fragment: Fragment) -> list[tuple[int, int]]:
    """The places between commas outside quotes, brackets and patterns."""
    text, places, start, depth, at = fragment.text, [], 0, 0, 0
    quoted = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|(?<=matches )/(?:[^/\\\n]|\\.)+/')
    while at < len(text):
        if (skipped := quoted.match(text, at)) is not None:
            at = skipped.end()
            continue
        if text[at] in "([":
            depth += 1
        elif text[at] in ")]":
            depth = max(depth - 1, 0)
        elif text[at] == "," and depth == 0:
            places.append((start, at))
            start = at + 1
        at += 1
    return [*places, (start, len(text))]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."
