"""The difference of two Python texts, statement by statement, so that each part can be taken over alone."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

import libcst as cst

from devmatrix.ir.base import Node

Compound = cst.FunctionDef | cst.ClassDef | cst.If | cst.For | cst.With
_COMPOUND = (cst.FunctionDef, cst.ClassDef, cst.If, cst.For, cst.With)
_EMPTY = cst.Module([])
ALIKE = 0.6
"""How much alike two statements are, from 0 to 1, that are taken for the same one changed."""


class Hunk(Node):
    """In the scope (names of the classes and functions around it) ``old`` statements become ``new`` ones.

    What is only put in, or only taken out, has the statement beside it on both sides. ``header``: what stands before
    the colon of a statement changes, and what is inside stays. ``whole``: the text of a file that is no Python.
    ``line`` is that of the old text.
    """

    file: str
    scope: tuple[str, ...] = ()
    kind: Literal["statements", "header", "whole"] = "statements"
    old: tuple[str, ...]
    new: tuple[str, ...]
    line: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are defined on the spot by what changes: in the old text, else in the new one."""
        if self.kind == "whole":
            return ()
        changed = [c for c in self.old if c not in self.new], [c for c in self.new if c not in self.old]
        return tuple(dict.fromkeys(name for codes in changed for code in codes for name in _defined(code)))

    @property
    def reverse(self) -> "Hunk":
        """The way back."""
        return self.model_copy(update={"old": self.new, "new": self.old})


class NoPlace(Exception):  # noqa: N818 - a property of a text
    """A text has no place, or several, where a hunk goes."""


def hunks(file: str, old: str, new: str) -> tuple[Hunk, ...]:
    """What makes ``new`` of ``old``, from the top; one for the whole where either is no Python."""
    if old == new:
        return ()
    if not file.endswith((".py", ".pyi")):
        return (Hunk(file=file, kind="whole", old=(old,), new=(new,)),)
    try:
        before, after = cst.parse_module(old), cst.parse_module(new)
    except cst.ParserSyntaxError:
        return (Hunk(file=file, kind="whole", old=(old,), new=(new,)),)
    found = tuple(_differences(file, (), before.body, after.body))
    located = tuple(one.model_copy(update={"line": _line(old, one)}) for one in found)
    return located or (Hunk(file=file, kind="whole", old=(old,), new=(new,)),)


def applied(text: str, hunk: Hunk) -> str:
    """The text after one hunk; raises NoPlace where it does not go."""
    if hunk.kind == "whole":
        if text != hunk.old[0]:
            raise NoPlace(f"{hunk.file} is not the text that would be replaced")
        return hunk.new[0]
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise NoPlace(f"{hunk.file} is no Python") from error
    change = _Change(hunk)
    changed = module.visit(change)
    if change.done != 1:
        raise NoPlace(f"{hunk.file} has {change.done} places for a change in {'.'.join(hunk.scope) or 'the file'}")
    return changed.code


def _differences(
    file: str, scope: tuple[str, ...], before: Sequence[cst.BaseStatement], after: Sequence[cst.BaseStatement]
) -> Iterator[Hunk]:
    old, new = [_code(statement) for statement in before], [_code(statement) for statement in after]
    for tag, i, j, k, m in SequenceMatcher(a=[_kin(s) for s in before], b=[_kin(s) for s in after]).get_opcodes():
        pairs = zip(range(i, j), range(k, m), strict=True) if tag == "equal" else _likest(old, new, (i, j, k, m))
        at, other = i, k
        for place, mate in (*pairs, (j, m)):
            if (at, other) != (place, mate):
                yield _run(file, scope, (old, at, place), (new, other, mate))
            if place < j and old[place] != new[mate]:
                yield from _pair(file, scope, before[place], after[mate])
            at, other = place + 1, mate + 1


def _likest(old: list[str], new: list[str], within: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Which statements of two runs stand for each other: in order, as much alike in all as can be."""
    i, j, k, m = within
    best: dict[tuple[int, int], tuple[float, list[tuple[int, int]]]] = {}
    for place in range(j, i - 1, -1):
        for other in range(m, k - 1, -1):
            if place == j or other == m:
                best[place, other] = (0.0, [])
                continue
            alike = SequenceMatcher(a=old[place], b=new[other], autojunk=False).ratio()
            score, pairs = best[place + 1, other + 1]
            paired = (score + alike, [(place, other), *pairs]) if alike >= ALIKE else (-1.0, [])
            best[place, other] = max(
                paired, best[place + 1, other], best[place, other + 1], key=lambda choice: choice[0]
            )
    return best[i, k][1]


def _run(
    file: str, scope: tuple[str, ...], before: tuple[list[str], int, int], after: tuple[list[str], int, int]
) -> Hunk:
    """A run of statements that becomes another; what is only put in or taken out keeps the statement beside it."""
    (old, i, j), (new, k, m) = before, after
    if i == j or k == m:
        if i > 0 and k > 0:
            i, k = i - 1, k - 1
        elif j < len(old) and m < len(new):
            j, m = j + 1, m + 1
    return Hunk(file=file, scope=scope, old=tuple(old[i:j]), new=tuple(new[k:m]))


def _pair(file: str, scope: tuple[str, ...], before: cst.BaseStatement, after: cst.BaseStatement) -> Iterator[Hunk]:
    """What differs between two statements that stand for each other."""
    inner = _inner(before), _inner(after)
    if type(before) is not type(after) or inner[0] is None or inner[1] is None or _rest(before) != _rest(after):
        yield Hunk(file=file, scope=scope, old=(_code(before),), new=(_code(after),))
        return
    if _header(before) != _header(after):
        yield Hunk(file=file, scope=scope, kind="header", old=(_header(before),), new=(_header(after),))
    name = getattr(before, "name", None)
    within = (*scope, name.value) if isinstance(name, cst.Name) else scope
    yield from _differences(file, within, inner[0], inner[1])


class _Change(cst.CSTTransformer):
    """Does one hunk, and counts where it went."""

    def __init__(self, hunk: Hunk) -> None:
        super().__init__()
        self.hunk = hunk
        self.scope: list[str] = []
        self.done = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802
        """Enter a scope."""
        self.scope.append(node.name.value)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802
        """Enter a scope."""
        self.scope.append(node.name.value)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.BaseStatement:  # noqa: N802
        """Leave a scope."""
        self.scope.pop()
        return self.headed(original_node, updated_node)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.BaseStatement:  # noqa: N802
        """Leave a scope."""
        self.scope.pop()
        return self.headed(original_node, updated_node)

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.BaseStatement:  # noqa: N802
        """Change what stands before the colon."""
        return self.headed(original_node, updated_node)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.BaseStatement:  # noqa: N802
        """Change what stands before the colon."""
        return self.headed(original_node, updated_node)

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.BaseStatement:  # noqa: N802
        """Change what stands before the colon."""
        return self.headed(original_node, updated_node)

    def leave_IndentedBlock(self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock) -> cst.BaseSuite:  # noqa: N802
        """Change a run of statements."""
        return updated_node.with_changes(body=self.replaced(original_node.body, updated_node.body))

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802
        """Change a run of statements."""
        return updated_node.with_changes(body=self.replaced(original_node.body, updated_node.body))

    def headed(self, original: Compound, updated: Compound) -> cst.BaseStatement:
        """The statement with another header, if it is the one that is meant."""
        if self.hunk.kind != "header" or tuple(self.scope) != self.hunk.scope or _header(original) != self.hunk.old[0]:
            return updated
        self.done += 1
        (given,) = cst.parse_module(self.hunk.new[0]).body
        keep = {"body": updated.body, "leading_lines": updated.leading_lines}
        if isinstance(updated, cst.If | cst.For):
            keep["orelse"] = updated.orelse
        return given.with_changes(**keep)

    def replaced(
        self, original: Sequence[cst.BaseStatement], updated: Sequence[cst.BaseStatement]
    ) -> Sequence[cst.BaseStatement]:
        """The statements of a block after the hunk, if it goes there."""
        if self.hunk.kind != "statements" or tuple(self.scope) != self.hunk.scope:
            return updated
        codes, size = [_code(statement) for statement in original], len(self.hunk.old)
        places = [place for place in range(len(codes)) if tuple(codes[place : place + size]) == self.hunk.old]
        self.done += len(places)
        if len(places) != 1:
            return updated
        given = [statement for code in self.hunk.new for statement in cst.parse_module(code).body]
        return (*updated[: places[0]], *given, *updated[places[0] + size :])


def _defined(code: str) -> Iterator[str]:
    """The names that a statement gives something to."""
    for statement in cst.parse_module(code).body:
        match statement:
            case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
                yield name.value
            case cst.SimpleStatementLine(body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=value))])]):
                yield value
            case cst.SimpleStatementLine(body=[cst.AnnAssign(target=cst.Name(value=value))]):
                yield value


def _code(statement: cst.BaseStatement) -> str:
    """A statement as text, without the blank lines above it."""
    bare = statement.with_changes(leading_lines=()) if hasattr(statement, "leading_lines") else statement
    return _EMPTY.code_for_node(bare)


def _kin(statement: cst.BaseStatement) -> str:
    """By what two statements stand for each other: definitions by name, others by their text."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return f"{type(statement).__name__} {statement.name.value}"
    return _header(statement) if isinstance(statement, _COMPOUND) else _code(statement)


def _inner(statement: cst.BaseStatement) -> Sequence[cst.BaseStatement] | None:
    if isinstance(statement, _COMPOUND) and isinstance(statement.body, cst.IndentedBlock):
        return statement.body.body
    return None


def _rest(statement: cst.BaseStatement) -> str:
    """What follows the body: ``else`` and ``elif``."""
    orelse = getattr(statement, "orelse", None)
    return "" if orelse is None else _EMPTY.code_for_node(orelse)


def _header(statement: cst.BaseStatement) -> str:
    """The statement with nothing in it."""
    nothing = cst.IndentedBlock([cst.SimpleStatementLine([cst.Pass()])])
    changes: dict[str, object] = {"body": nothing, "leading_lines": ()}
    if isinstance(statement, cst.If | cst.For):
        changes["orelse"] = None
    return _EMPTY.code_for_node(statement.with_changes(**changes))


def _line(text: str, hunk: Hunk) -> int:
    """The line of a text on which the first changed line of a hunk stands; 1 where it cannot be told."""
    kept = set(hunk.new[0].splitlines()) if hunk.new else set()
    changed = [line.strip() for code in hunk.old for line in code.splitlines() if line not in kept]
    wanted = changed or [line.strip() for code in hunk.old for line in code.splitlines()]
    lines = text.splitlines()
    start = 0
    for name in hunk.scope:
        start = next(
            (n for n in range(start, len(lines)) if f" {name}(" in f" {lines[n].strip()}".replace(":", "(")), start
        )
    return next((n + 1 for n in range(start, len(lines)) if wanted and lines[n].strip() == wanted[0]), start + 1)
