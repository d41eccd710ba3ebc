"""Where findings are collected while the user's text is read."""

from collections.abc import Iterable
from difflib import get_close_matches

from devmatrix.diagnostics.catalogue import severity_of
from devmatrix.diagnostics.model import Diagnostic, Span, in_order


class Findings:
    """Collects; nothing is raised. A place that has an error already gets no second one of the same code."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._seen: set[tuple[str, Span]] = set()

    def add(self, code: str, span: Span, message: str, fix: str | None = None) -> None:
        """Notes a finding; its severity is the one that the catalogue gives to the code."""
        if (code, span) in self._seen:
            return
        self._seen.add((code, span))
        self._found.append(Diagnostic(code=code, severity=severity_of(code), message=message, fix=fix, span=span))

    @property
    def count(self) -> int:
        """How many errors there are so far: lets a caller see whether a step found any."""
        return sum(1 for finding in self._found if finding.severity == "error")

    def ordered(self) -> tuple[Diagnostic, ...]:
        """All findings in the order of the text."""
        return in_order(self._found)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known spelling that is closest to a word, whatever its case; None when none is close."""
    spellings = sorted(set(known))
    by_lower = {spelling.lower(): spelling for spelling in reversed(spellings)}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def write_instead(word: str, known: Iterable[str]) -> str | None:
    """The text of a fix that names the nearest valid spelling, or all of them when there are few."""
    spellings = tuple(dict.fromkeys(known))
    if (found := nearest(word, spellings)) is not None:
        return f"write '{found}'"
    if 0 < len(spellings) <= 8:
        return "write one of " + ", ".join(f"'{spelling}'" for spelling in spellings)
    return None
