"""Markdown text to a flat run of headings, prose, tables and bullets, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from devmatrix.diagnostics.findings import Findings
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.frontend.markdown.document import Block, Bullet, Bullets, Prose, Row, Table
from devmatrix.frontend.markdown.tables import split_row

MAX_NESTING = 10
"""How deep bullets may nest."""
_LEVELS = 4 * MAX_NESTING
_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of any level."""

    level: int
    text: Fragment


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _LEVELS + 10}).enable("table").disable(["reference", "code"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def read_blocks(text: str, file: str, findings: Findings) -> tuple[Heading | Block, ...] | None:
    """Headings and blocks in the order of the text; None after a finding that lets nothing be read."""
    reader = _Blocks(text, file, findings)
    return None if reader.too_deep() else tuple(reader.read())


class _Blocks:
    def __init__(self, text: str, file: str, findings: Findings) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.tokens = _markdown().parse(text)
        self.findings = findings
        self.at = 0

    def too_deep(self) -> bool:
        """Whether the parser gave up on what is nested too deep: then it has left something out."""
        deep = next((token for token in self.tokens if token.level >= _LEVELS and token.map), None)
        if deep is None or deep.map is None:
            return False
        message = f"this nests deeper than {MAX_NESTING} levels"
        self.findings.add("DM004", self._line(deep.map[0]).span(), message)
        return True

    def read(self) -> Iterator[Heading | Block]:
        """Every top-level block."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.type == "heading_open":
                yield Heading(int(token.tag[1:]), self._inline(self.tokens[self.at + 1]))
                self._skip(token)
            else:
                yield from self._block(token)

    def _block(self, token: Token) -> Iterator[Block]:
        if token.type == "bullet_list_open":
            yield Bullets(self._bullets())
        elif token.type == "table_open":
            yield from self._table(token)
        else:
            if token.type == "fence":
                self._check_fence(token)
            elif token.type == "html_block":
                self._check_comment(token)
            yield Prose(self._text(token))
            self._skip(token)

    def _skip(self, token: Token) -> None:
        """Moves behind a block, whatever is inside it."""
        self.at += 1
        if token.nesting != 1:
            return
        depth = 1
        while depth and self.at < len(self.tokens):
            depth += self.tokens[self.at].nesting
            self.at += 1

    def _line(self, index: int) -> Fragment:
        return Fragment.at(self.file, index + 1, 1, self.lines[index] if index < len(self.lines) else "").strip()

    def _text(self, token: Token) -> Fragment:
        first, last = token.map or (0, 0)
        lines = self.lines[first:last]
        while lines and not lines[-1].strip():
            lines.pop()
        marks, offset = [], 0
        for number, line in enumerate(lines, start=first + 1):
            marks.append((offset, number, 1))
            offset += len(line) + 1
        return Fragment(self.file, "\n".join(lines), tuple(marks) or ((0, first + 1, 1),)).strip()

    def _inline(self, token: Token) -> Fragment:
        """The content of a heading or paragraph; its lines are found at the end of the source lines."""
        first = (token.map or [0])[0]
        marks, offset = [], 0
        for number, line in enumerate(token.content.split("\n")):
            source = self.lines[first + number]
            column = source.rfind(line.strip()) - (len(line) - len(line.lstrip()))
            marks.append((offset, first + number + 1, max(column, 0) + 1))
            offset += len(line) + 1
        return Fragment(self.file, token.content, tuple(marks))

    def _bullets(self) -> tuple[Bullet, ...]:
        items: list[Bullet] = []
        self.at += 1
        while self.tokens[self.at].type == "list_item_open":
            if (item := self._bullet()) is not None:
                items.append(item)
        self.at += 1
        return tuple(items)

    def _bullet(self) -> Bullet | None:
        opening = self.tokens[self.at]
        self.at += 1
        text: Fragment | None = None
        children: tuple[Bullet, ...] = ()
        while (token := self.tokens[self.at]).type != "list_item_close":
            if token.type == "paragraph_open" and text is None:
                text = self._inline(self.tokens[self.at + 1])
                self._skip(token)
            elif token.type == "bullet_list_open" and text is not None:
                children += self._bullets()
            else:
                message = "a bullet holds one paragraph, and bullets inside it"
                self.findings.add("DM014", self._text(token).span(), message)
                self._skip(token)
        self.at += 1
        if text is None:
            self.findings.add("DM014", self._line((opening.map or [0])[0]).span(), "this bullet is empty")
            return None
        return Bullet(text, children)

    def _table(self, opening: Token) -> Iterator[Table]:
        first, last = opening.map or (0, 0)
        self._skip(opening)
        head = split_row(self._line(first))
        rows = []
        for index in range(first + 2, last):
            line = self._line(index)
            if not line.text:
                continue
            cells = split_row(line)
            if len(cells) != len(head):
                message = f"this row has {len(cells)} cells, the head of its table has {len(head)}"
                fix = "write '\\|' for a bar inside a cell" if len(cells) > len(head) else None
                self.findings.add("DM013", line.span(), message, fix)
                continue
            rows.append(Row(cells, line))
        yield Table(head, tuple(rows), self._line(first))

    def _check_fence(self, token: Token) -> None:
        first, last = token.map or (0, 0)
        closing = self.lines[last - 1] if last - 1 < len(self.lines) else ""
        if last - first < 2 or _FENCE.match(closing) is None:
            self.findings.add("DM015", self._line(first).span(), "this code block is never closed")

    def _check_comment(self, token: Token) -> None:
        if token.content.lstrip().startswith("<!--") and "-->" not in token.content:
            first = (token.map or [0])[0]
            self.findings.add("DM015", self._line(first).span(), "this comment is never closed")
