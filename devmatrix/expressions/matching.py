"""Whether a pattern is found in a text, without ever going back: time grows with both, whatever the pattern."""

import re
from typing import Any

_parse: Any = vars(re)["_parser"].parse
"""The standard library's own reader of patterns; what it gives is walked here in sets of places."""


def is_found(pattern: str, text: str) -> bool:
    """Whether the pattern, which is in the common dialect, is found anywhere in the text; ``$`` is its very end."""
    starts = frozenset(range(len(text) + 1))
    return bool(_after(_parse(pattern), text, starts))


def _after(nodes: Any, text: str, starts: frozenset[int]) -> frozenset[int]:
    """The places behind the nodes, one after the other, from any of the places before them."""
    for kind, argument in nodes:
        if not starts:
            break
        starts = _step(str(kind), argument, text, starts)
    return starts


def _step(kind: str, argument: Any, text: str, starts: frozenset[int]) -> frozenset[int]:
    match kind:
        case "AT":
            edge = 0 if str(argument) == "AT_BEGINNING" else len(text)
            return starts & {edge}
        case "SUBPATTERN":
            return _after(argument[3], text, starts)
        case "BRANCH":
            return frozenset().union(*(_after(option, text, starts) for option in argument[1]))
        case "MAX_REPEAT":
            low, high, inner = argument
            return _repeated(low, high, inner, text, starts)
        case _:
            return frozenset(at + 1 for at in starts if at < len(text) and _matches(kind, argument, ord(text[at])))


def _repeated(low: int, high: int, nodes: Any, text: str, starts: frozenset[int]) -> frozenset[int]:
    reached = starts if low == 0 else frozenset()
    seen: set[frozenset[int]] = set()
    for count in range(1, int(high) + 1):
        starts = _after(nodes, text, starts)
        if count >= low:
            reached |= starts
            if not starts or starts in seen:
                break
            seen.add(starts)
    return reached


def _matches(kind: str, argument: Any, character: int) -> bool:
    match kind:
        case "LITERAL":
            return bool(character == argument)
        case "NOT_LITERAL":
            return bool(character != argument)
        case "RANGE":
            return bool(argument[0] <= character <= argument[1])
        case "IN":
            negated = str(argument[0][0]) == "NEGATE"
            items = argument[1:] if negated else argument
            return any(_matches(str(item), value, character) for item, value in items) is not negated
        case other:
            raise ValueError(f"{other} is outside the common dialect")
