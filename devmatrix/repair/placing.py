"""Finds where in a Python text a hunk goes, and puts it there; all other bytes stay."""

from collections.abc import Iterator, Sequence

import libcst as cst

from devmatrix.repair.hunk import Hunk, NoPlace
from devmatrix.repair.statements import (
    above,
    bare,
    code_of,
    header_of,
    inner_of,
    kin_of,
    lines_above,
    parsed,
    scope_within,
    statement_of,
    text_of,
    with_lines,
)

Body = Sequence[cst.BaseStatement]
Path = tuple[int, ...]
"""Places in nested blocks, from the outside; the last is that of a statement, or of the gap before it."""


def applied(text: str, hunk: Hunk) -> str:
    """The text after one hunk; raises NoPlace where it does not go."""
    if hunk.kind == "whole":
        if text != hunk.old[0]:
            raise NoPlace(f"{hunk.file} is not the text that would be replaced")
        return hunk.new[0]
    try:
        module = parsed(text)
    except cst.ParserSyntaxError as error:
        raise NoPlace(f"{hunk.file} is no Python") from error
    return text_of(changed_module(module, hunk))


def changed_module(module: cst.Module, hunk: Hunk) -> cst.Module:
    """The module after one hunk; raises NoPlace where it does not go."""
    found = likeliest(module.body, hunk)
    index, twins = hunk.twin
    if len(found) not in {1, twins}:
        where = ".".join(hunk.scope) or "the file"
        raise NoPlace(f"{hunk.file} has {len(found)} places for a change in {where}")
    path = found[index] if len(found) == twins else found[0]
    return module.with_changes(body=_put(module.body, path, hunk))


def likeliest(body: Body, hunk: Hunk) -> list[Path]:
    """Where a hunk could go: of all places those that have most of its neighbours."""
    found = list(_places(body, hunk, (), ()))
    best = max((score for score, _ in found), default=0)
    return [path for score, path in found if score == best]


def _places(body: Body, hunk: Hunk, scope: tuple[str, ...], path: Path) -> Iterator[tuple[int, Path]]:
    if scope == hunk.scope:
        for place in _matches(body, hunk):
            end = place + (len(hunk.old) if hunk.kind == "statements" else 1)
            upper = kin_of(body[place - 1]) if place else ""
            lower = kin_of(body[end]) if end < len(body) else ""
            score = 2 * (upper in hunk.above) + (lower in hunk.below)
            if score or hunk.old:
                yield score, (*path, place)
    for place, statement in enumerate(body):
        inner, within = inner_of(statement), scope_within(scope, statement)
        if inner is not None and hunk.scope[: len(within)] == within:
            yield from _places(inner, hunk, within, (*path, place))


def _matches(body: Body, hunk: Hunk) -> Iterator[int]:
    """The places of a block where the old text stands; every gap where there is none."""
    if hunk.kind == "header":
        wanted = bare(hunk.old[0])
        yield from (at for at, one in enumerate(body) if inner_of(one) is not None and bare(header_of(one)) == wanted)
        return
    codes, run = [bare(code_of(statement)) for statement in body], [bare(code) for code in hunk.old]
    yield from (at for at in range(len(codes) - len(run) + 1) if codes[at : at + len(run)] == run)


def _put(body: Body, path: Path, hunk: Hunk) -> Body:
    """The statements of a block with the hunk done at a place."""
    place, deeper = path[0], path[1:]
    if deeper:
        return (*body[:place], _with_inner(body[place], deeper, hunk), *body[place + 1 :])
    if hunk.kind == "header":
        return (*body[:place], headed(body[place], hunk), *body[place + 1 :])
    end = place + len(hunk.old)
    return (*body[:place], *_replaced(body[place:end], hunk), *body[end:])


def _with_inner(statement: cst.BaseStatement, path: Path, hunk: Hunk) -> cst.BaseStatement:
    block = cst.ensure_type(statement.body, cst.IndentedBlock)  # type: ignore[attr-defined]
    return statement.with_changes(body=block.with_changes(body=_put(block.body, path, hunk)))


def headed(statement: cst.BaseStatement, hunk: Hunk) -> cst.BaseStatement:
    """The statement with another header, its block and what follows it as they are."""
    given = statement_of(hunk.new[0])
    block = cst.ensure_type(statement.body, cst.IndentedBlock)  # type: ignore[attr-defined]
    head = cst.ensure_type(given.body, cst.IndentedBlock).header  # type: ignore[attr-defined]
    changes: dict[str, object] = {"body": block.with_changes(header=head)}
    if isinstance(statement, cst.If | cst.For):
        changes["orelse"] = statement.orelse
    return _with_own_lines(given.with_changes(**changes), statement, hunk.old[0], hunk.new[0])


def _replaced(stood: Body, hunk: Hunk) -> Iterator[cst.BaseStatement]:
    """The new statements; the lines above the first stay as they stand where the hunk does not change them."""
    for place, code in enumerate(hunk.new):
        given = statement_of(code)
        if place < len(stood):
            given = _with_own_lines(given, stood[place], hunk.old[place], code)
        yield given


def _with_own_lines(given: cst.BaseStatement, stood: cst.BaseStatement, old: str, new: str) -> cst.BaseStatement:
    return with_lines(given, lines_above(stood)) if above(old) == above(new) else given
