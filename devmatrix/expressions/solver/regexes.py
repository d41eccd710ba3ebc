"""Patterns of the shared dialect: as expressions of the solver, and as readable texts that they find."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

import z3

from devmatrix.expressions.evaluation.constants import compiled_pattern
from devmatrix.expressions.solver.symbolic.values import NotLowered

codes: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
MANY = 4_294_967_295


def found_in(text: Any, regex: str, context: z3.Context) -> Any:
    """Whether the pattern is found somewhere in a text."""
    return z3.InRe(text, _Expressions(context).searched(list(parser.parse(regex, re.ASCII))))


class _Expressions:
    def __init__(self, context: z3.Context) -> None:
        self._sort = z3.ReSort(z3.StringSort(context))
        self._context = context

    def searched(self, nodes: list[Any]) -> Any:
        """The nodes between anything, unless anchored."""
        if len(nodes) == 1 and nodes[0][0] is codes.BRANCH:
            return self._union([self.searched(list(branch)) for branch in nodes[0][1][1]])
        if len(nodes) == 1 and nodes[0][0] is codes.SUBPATTERN:
            return self.searched(list(nodes[0][1][3]))
        start = bool(nodes) and nodes[0] in _BEGINNINGS
        end = bool(nodes) and nodes[-1] in _ENDS and not (start and len(nodes) == 1)
        inner = nodes[int(start) : len(nodes) - int(end)]
        anything = z3.Full(self._sort)
        return self._concatenated([*([] if start else [anything]), self._sequence(inner), *([] if end else [anything])])

    def _sequence(self, nodes: list[Any]) -> Any:
        return self._concatenated([self._node(*node) for node in nodes])

    def _concatenated(self, parts: list[Any]) -> Any:
        parts = parts or [self._text("")]
        return z3.Concat(*parts) if len(parts) > 1 else parts[0]

    def _union(self, parts: list[Any]) -> Any:
        return z3.Union(*parts) if len(parts) > 1 else parts[0]

    def _text(self, text: str) -> Any:
        return z3.Re(z3.StringVal(text, self._context))

    def _node(self, operator: Any, argument: Any) -> Any:
        if operator is codes.LITERAL:
            return self._text(chr(argument))
        if operator is codes.SUBPATTERN:
            return self._sequence(list(argument[3]))
        if operator is codes.BRANCH:
            return self._union([self._sequence(list(branch)) for branch in argument[1]])
        if operator in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            return self._repeated(*argument)
        if operator is codes.IN:
            return self._set(argument)
        if operator is codes.NOT_LITERAL:
            return self._other_than([self._text(chr(argument))])
        if operator is codes.ANY:
            return self._other_than([self._text("\n")])
        raise NotLowered(f"a pattern with {operator}")

    def _repeated(self, low: int, high: int, nodes: Any) -> Any:
        inner = self._sequence(list(nodes))
        if int(high) >= MANY:
            return (
                z3.Concat(z3.Loop(inner, low, low), z3.Star(inner))
                if low > 1
                else z3.Plus(inner)
                if low
                else z3.Star(inner)
            )
        return z3.Loop(inner, int(low), int(high))

    def _set(self, members: Any) -> Any:
        negative = members[0][0] is codes.NEGATE
        parts = [self._member(*member) for member in members if member[0] is not codes.NEGATE]
        return self._other_than(parts) if negative else self._union(parts)

    def _member(self, operator: Any, argument: Any) -> Any:
        if operator is codes.LITERAL:
            return self._text(chr(argument))
        if operator is codes.RANGE:
            return z3.Range(self._value(argument[0]), self._value(argument[1]))
        if operator is codes.CATEGORY and argument in _CATEGORIES:
            return self._set(list(_CATEGORIES[argument]))
        raise NotLowered(f"a pattern with {operator}")

    def _value(self, code: int) -> Any:
        return z3.StringVal(chr(code), self._context)

    def _other_than(self, parts: list[Any]) -> Any:
        single = z3.AllChar(self._sort)
        return z3.Intersect(single, z3.Complement(self._union(parts)))


_BEGINNINGS = ((codes.AT, codes.AT_BEGINNING), (codes.AT, codes.AT_BEGINNING_STRING))
_ENDS = ((codes.AT, codes.AT_END), (codes.AT, codes.AT_END_STRING))
_DIGITS = ((codes.RANGE, (48, 57)),)
_LETTERS = ((codes.RANGE, (97, 122)), (codes.RANGE, (65, 90)), *_DIGITS, (codes.LITERAL, 95))
_SPACES = tuple((codes.LITERAL, code) for code in (32, 9, 10, 11, 12, 13))
_CATEGORIES = {
    codes.CATEGORY_DIGIT: _DIGITS,
    codes.CATEGORY_WORD: _LETTERS,
    codes.CATEGORY_SPACE: _SPACES,
    codes.CATEGORY_NOT_DIGIT: ((codes.NEGATE, None), *_DIGITS),
    codes.CATEGORY_NOT_WORD: ((codes.NEGATE, None), *_LETTERS),
    codes.CATEGORY_NOT_SPACE: ((codes.NEGATE, None), *_SPACES),
}
READABLE = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ _-+.,:;/@#()!?'\"=*&%$<>[]{}|~^`\\"


def text_matching(regex: str, minimum: int = 0, maximum: int = 100, variant: int = 0) -> str | None:
    """A readable text of a length between the bounds that the pattern finds; None where none was found.

    Different variants give different texts as far as the pattern has them.
    """
    pattern = compiled_pattern(regex)
    for text in _written(regex, minimum, maximum, variant):
        if minimum <= len(text) <= maximum and pattern.search(text):
            return text
    return solved_text((regex,), minimum, maximum)


def _written(regex: str, minimum: int, maximum: int, variant: int) -> Iterator[str]:
    try:
        nodes = list(parser.parse(regex, re.ASCII))
    except re.error:
        return
    for extra in range(min(maximum, minimum + 12) + 1):
        writer = _Writer(variant, extra)
        text = writer.sequence(nodes)
        open_end = not nodes or nodes[-1] not in _ENDS
        yield text
        if open_end and len(text) < minimum:
            yield text + "x" * (minimum - len(text))


class _Writer:
    """Writes a text that follows a pattern; ``extra`` repetitions are spent where they are allowed first."""

    def __init__(self, variant: int, extra: int) -> None:
        self._variant = variant
        self._extra = extra
        self._rest = variant

    def sequence(self, nodes: Any) -> str:
        return "".join(self._node(operator, argument) for operator, argument in nodes)

    def _node(self, operator: Any, argument: Any) -> str:
        if operator is codes.LITERAL:
            return chr(argument)
        if operator is codes.SUBPATTERN:
            return self.sequence(argument[3])
        if operator is codes.BRANCH:
            return self.sequence(argument[1][self._pick(len(argument[1]))])
        if operator in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            return self._repeat(*argument)
        if operator is codes.IN:
            return self._letter(_class_of(tuple(argument)))
        if operator is codes.NOT_LITERAL:
            return self._letter([letter for letter in READABLE if ord(letter) != argument])
        return self._letter(list(READABLE)) if operator is codes.ANY else ""

    def _pick(self, choices: int) -> int:
        self._rest, chosen = divmod(self._rest, choices)
        return chosen

    def _letter(self, letters: list[str]) -> str:
        return letters[self._pick(len(letters))] if letters else ""

    def _repeat(self, low: int, high: int, nodes: Any) -> str:
        more = min(self._extra, int(high) - int(low))
        self._extra -= more
        return "".join(self.sequence(nodes) for _ in range(int(low) + more))


@lru_cache(maxsize=512)
def _class_of(members: tuple[Any, ...]) -> list[str]:
    negative = members[0][0] is codes.NEGATE
    allowed = [letter for letter in READABLE if _is_member(letter, members) is not negative]
    if allowed or negative:
        return allowed
    return [chr(argument if operator is codes.LITERAL else argument[0]) for operator, argument in members]


def _is_member(letter: str, members: Any) -> bool:
    code = ord(letter)
    for operator, argument in members:
        if operator is codes.LITERAL and code == argument:
            return True
        if operator is codes.RANGE and argument[0] <= code <= argument[1]:
            return True
        if operator is codes.CATEGORY and _in_category(letter, _CATEGORIES[argument]):
            return True
    return False


def _in_category(letter: str, members: Any) -> bool:
    return _is_member(letter, members) is not (members[0][0] is codes.NEGATE)


def solved_text(regexes: tuple[str, ...], minimum: int, maximum: int, without: tuple[str, ...] = ()) -> str | None:
    """A text that all patterns find, and none of ``without``; None where the solver knows none."""
    from devmatrix.expressions.solver.convert import plain

    context = z3.Context()
    solver = z3.SimpleSolver(ctx=context)
    solver.set("random_seed", 0)
    solver.set("ctrl_c", False)
    solver.set("rlimit", 2_000_000)
    text = z3.Const("text", z3.StringSort(context))
    solver.add(z3.Length(text) >= minimum, z3.Length(text) <= maximum)
    try:
        solver.add(*[found_in(text, regex, context) for regex in regexes])
        solver.add(*[z3.Not(found_in(text, regex, context)) for regex in without])
    except NotLowered:
        return None
    if solver.check() != z3.sat:
        return None
    found = str(plain(solver.model().eval(text, model_completion=True)))
    fits = all(compiled_pattern(regex).search(found) for regex in regexes)
    return found if fits and not any(compiled_pattern(regex).search(found) for regex in without) else None
