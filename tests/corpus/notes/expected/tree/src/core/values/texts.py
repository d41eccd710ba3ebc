"""Functions of texts; of null they are null."""

import re
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import overload

UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)
LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
PIECE = re.compile(r"\\.|\[\^?(?:\\.|[^\]\\])*\]|\$|.", re.DOTALL)


@overload
def contains(text: str, part: str) -> bool: ...
@overload
def contains(text: str | None, part: str | None) -> bool | None: ...
def contains(text: str | None, part: str | None) -> bool | None:
    """Whether the part stands somewhere in the text."""
    return None if text is None or part is None else part in text


@overload
def starts_with(text: str, part: str) -> bool: ...
@overload
def starts_with(text: str | None, part: str | None) -> bool | None: ...
def starts_with(text: str | None, part: str | None) -> bool | None:
    """Whether the text begins with the part."""
    return None if text is None or part is None else text.startswith(part)


@overload
def ends_with(text: str, part: str) -> bool: ...
@overload
def ends_with(text: str | None, part: str | None) -> bool | None: ...
def ends_with(text: str | None, part: str | None) -> bool | None:
    """Whether the text ends with the part."""
    return None if text is None or part is None else text.endswith(part)


@overload
def matches(text: str, pattern: str) -> bool: ...
@overload
def matches(text: str | None, pattern: str | None) -> bool | None: ...
def matches(text: str | None, pattern: str | None) -> bool | None:
    """Whether the pattern is found somewhere in the text."""
    return None if text is None or pattern is None else _compiled(pattern).search(text) is not None


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which `$` is the very end of the text."""
    pieces = PIECE.findall(pattern)
    return re.compile("".join(r"\Z" if piece == "$" else piece for piece in pieces), re.ASCII)


@overload
def lower_ascii(text: str) -> str: ...
@overload
def lower_ascii(text: str | None) -> str | None: ...
def lower_ascii(text: str | None) -> str | None:
    """Make the letters A to Z small."""
    return None if text is None else text.translate(LOWER)


@overload
def upper_ascii(text: str) -> str: ...
@overload
def upper_ascii(text: str | None) -> str | None: ...
def upper_ascii(text: str | None) -> str | None:
    """Make the letters a to z capital."""
    return None if text is None else text.translate(UPPER)
