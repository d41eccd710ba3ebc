"""The dialect of patterns that Python, PostgreSQL and JSON Schema read alike; anything else is a complaint.

``.``, ``\\d``, ``\\w`` and ``\\s`` mean different characters in the three; they are rewritten to sets that do not.
"""

import re

MAX_PATTERN = 1000
_ESCAPED = frozenset("\\/.^$|?*+()[]{}-ntr")
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\n\\r"}
_ANY = r"[^\n\r]"
_COUNT = re.compile(r"\{(\d{1,3})(?:(,)(\d{0,3}))?\}")


def read_pattern(pattern: str) -> tuple[str, str | None]:
    """The pattern in the common dialect, and why it cannot be read (None when it can)."""
    if not pattern:
        return "", "an empty pattern matches everything"
    if len(pattern) > MAX_PATTERN:
        return "", f"a pattern has at most {MAX_PATTERN} characters"
    if (character := next((c for c in pattern if not c.isprintable()), None)) is not None:
        return "", f"the control character U+{ord(character):04X} cannot stand in a pattern"
    reader = _Reader(pattern)
    complaint = reader.complaint()
    common = "".join(reader.written)
    return common, complaint or _rejected(common)


def _rejected(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"this is no regular expression: {error}"
    return None


class _Reader:
    """Walks over a pattern once, left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.groups = 0
        self.repeatable = False
        self.written: list[str] = []

    def complaint(self) -> str | None:
        """The first thing that is not understood."""
        while self.at < len(self.pattern):
            if (found := self._step(self.pattern[self.at])) is not None:
                return found
        return "a group is never closed" if self.groups else None

    def _step(self, character: str) -> str | None:
        match character:
            case "\\":
                return self._escape(in_set=False)
            case "[":
                return self._set()
            case "(":
                return self._open()
            case ")":
                return self._close()
            case "*" | "+" | "?":
                return self._repeat(1)
            case "{":
                return self._count()
            case "}" | "]":
                return f"write '\\{character}' for the character itself"
            case "|" | "^" | "$":
                self.repeatable = False
            case _:
                self.repeatable = True
        self._take(_ANY if character == "." else character, 1)
        return None

    def _take(self, written: str, length: int) -> None:
        self.written.append(written)
        self.at += length

    def _escape(self, *, in_set: bool) -> str | None:
        following = self.pattern[self.at + 1 : self.at + 2]
        if not following or following not in _ESCAPED | _CLASSES.keys():
            return f"the escape '\\{following}' is not read alike everywhere"
        if following in _CLASSES:
            inside = _CLASSES[following]
            self._take(inside if in_set else f"[{inside}]", 2)
        else:
            self._take(f"\\{following}", 2)
        self.repeatable = not in_set
        return None

    def _open(self) -> str | None:
        if self.pattern.startswith("(?:", self.at):
            self._take("(?:", 3)
        elif self.pattern.startswith("(?", self.at):
            return f"'{self.pattern[self.at : self.at + 3]}' is not read alike everywhere; only '(?:' is"
        else:
            self._take("(", 1)
        self.groups += 1
        self.repeatable = False
        return "groups nest deeper than 20 levels" if self.groups > 20 else None

    def _close(self) -> str | None:
        if self.groups == 0:
            return "')' closes no group"
        self.groups -= 1
        self._take(")", 1)
        self.repeatable = True
        return None

    def _repeat(self, length: int) -> str | None:
        if not self.repeatable:
            return f"'{self.pattern[self.at]}' repeats nothing"
        self._take(self.pattern[self.at : self.at + length], length)
        self.repeatable = False
        if self.pattern[self.at : self.at + 1] in ("?", "+", "*"):
            return "lazy and possessive repetitions are not read alike everywhere"
        return None

    def _count(self) -> str | None:
        found = _COUNT.match(self.pattern, self.at)
        if found is None:
            return "write '\\{' for the character itself, or a count such as '{2,5}'"
        low, high = int(found[1]), int(found[3]) if found[3] else None
        if low > 255 or (high is not None and (high > 255 or high < low)):
            return f"'{found[0]}' is no count: at most 255, the smaller one first"
        return self._repeat(len(found[0]))

    def _set(self) -> str | None:
        opening = "[^" if self.pattern.startswith("[^", self.at) else "["
        self._take(opening, len(opening))
        start = self.at
        while self.at < len(self.pattern):
            character = self.pattern[self.at]
            if character == "]" and self.at > start:
                self._take("]", 1)
                self.repeatable = True
                return None
            if character == "]":
                return "an empty set '[]' is not read alike everywhere"
            if character == "[":
                return "write '\\[' for the character itself inside a set"
            if character == "\\":
                if (found := self._escape(in_set=True)) is not None:
                    return found
            elif self.pattern[self.at : self.at + 2] in ("--", "&&", "||", "~~"):
                return f"'{self.pattern[self.at : self.at + 2]}' inside a set is not read alike everywhere"
            else:
                self._take(character, 1)
        return "a set is never closed"
