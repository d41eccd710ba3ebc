"""Rows of tables: cells end at a bar, and a bar behind a backslash belongs to its cell."""

import re

from devmatrix.diagnostics.fragment import Fragment

_BAR = re.compile(r"(?<!\\)\|")


def split_row(line: Fragment) -> tuple[Fragment, ...]:
    """The cells of a row, without the white space around them and with their bars unescaped."""
    text = line.text
    start = 1 if text.startswith("|") else 0
    cells = []
    for bar in _BAR.finditer(text, start):
        cells.append(line.part(start, bar.start()))
        start = bar.end()
    if text[start:].strip():
        cells.append(line.part(start))
    return tuple(_unescape(cell.strip()) for cell in cells)


def _unescape(cell: Fragment) -> Fragment:
    pieces, marks, offset, start = [], [], 0, 0
    for escape in re.finditer(r"\\\|", cell.text):
        pieces.append((start, escape.start()))
        start = escape.start() + 1
    pieces.append((start, len(cell.text)))
    if len(pieces) == 1:
        return cell
    for begin, end in pieces:
        marks.append((offset, *cell.place(begin)))
        offset += end - begin
    return Fragment(cell.file, "".join(cell.text[begin:end] for begin, end in pieces), tuple(marks))
