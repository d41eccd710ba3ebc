"""A piece of the user's text that still knows where each of its characters stands."""

from bisect import bisect_right
from dataclasses import dataclass

from devmatrix.diagnostics.model import Span


@dataclass(frozen=True, slots=True)
class Fragment:
    """Text with its places.

    ``marks`` are (offset, line, column): from that offset on, one character is one column, up to the next mark.
    """

    file: str
    text: str
    marks: tuple[tuple[int, int, int], ...]

    @classmethod
    def at(cls, file: str, line: int, column: int, text: str) -> "Fragment":
        """A fragment that stands in one line."""
        return cls(file, text, ((0, line, column),))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at this offset."""
        index = bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1
        start, line, column = self.marks[max(index, 0)]
        return line, column + offset - start

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The place of a stretch; the whole fragment by default."""
        stop = len(self.text) if end is None else max(end, start)
        line, column = self.place(start)
        last = self.place(stop - 1) if stop > start else (line, column - 1)
        return Span(file=self.file, line=line, column=column, end_line=last[0], end_column=last[1] + 1)

    def part(self, start: int, end: int | None = None) -> "Fragment":
        """The stretch from ``start`` to ``end`` as a fragment of its own."""
        stop = len(self.text) if end is None else end
        line, column = self.place(start)
        inside = ((offset - start, row, col) for offset, row, col in self.marks if start < offset < stop)
        return Fragment(self.file, self.text[start:stop], ((0, line, column), *inside))

    def strip(self) -> "Fragment":
        """Without the white space around it."""
        left = len(self.text) - len(self.text.lstrip())
        return self.part(left, max(left, len(self.text.rstrip())))

    def __bool__(self) -> bool:
        return bool(self.text)
