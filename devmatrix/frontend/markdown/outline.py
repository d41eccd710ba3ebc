"""Blocks to a document: which section and which part each of them belongs to."""

import re
from dataclasses import dataclass, field

from devmatrix.diagnostics.findings import Findings, nearest, write_instead
from devmatrix.diagnostics.fragment import Fragment
from devmatrix.frontend.markdown.blocks import Heading, read_blocks
from devmatrix.frontend.markdown.decode import start_of
from devmatrix.frontend.markdown.document import Block, Document, Part, Prose, Section, SectionKind, prose_of

SECTIONS: tuple[SectionKind, ...] = ("settings", "entities", "endpoints", "flows", "views", "access")
_TABLE_LINE = re.compile(r"^\s*\|.*\|", re.MULTILINE)
_NUMBERED = re.compile(r"^\s*\d+[.)]\s")


@dataclass
class _OpenPart:
    heading: Fragment
    blocks: list[Block] = field(default_factory=list)


@dataclass
class _OpenSection:
    kind: SectionKind
    heading: Fragment
    blocks: list[Block] = field(default_factory=list)
    parts: list[_OpenPart] = field(default_factory=list)

    def closed(self) -> Section:
        parts = tuple(Part(part.heading, tuple(part.blocks)) for part in self.parts)
        return Section(self.kind, self.heading, tuple(self.blocks), parts)


def read_document(text: str, file: str, findings: Findings) -> Document | None:
    """The outline of a spec; what stands where nothing is expected is a finding. None when nothing can be read."""
    blocks = read_blocks(text, file, findings)
    return None if blocks is None else _Outline(file, findings).read(blocks)


class _Outline:
    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.findings = findings
        self.title: Fragment | None = None
        self.description: list[Block] = []
        self.sections: list[_OpenSection] = []
        self.current: _OpenSection | None = None
        self.skipping = False
        self.misspelt: set[SectionKind] = set()

    def read(self, blocks: tuple[Heading | Block, ...]) -> Document:
        for block in blocks:
            if isinstance(block, Heading):
                self._heading(block)
            else:
                self._block(block)
        if self.title is None:
            fix = "begin with '# Name of the application'"
            self.findings.add("DM010", start_of(self.file), "the application has no name", fix)
        sections = tuple(section.closed() for section in self.sections)
        return Document(self.file, self.title, prose_of(tuple(self.description)), sections, frozenset(self.misspelt))

    def _heading(self, heading: Heading) -> None:
        if heading.level == 1:
            self._title(heading.text)
        elif heading.level == 2:
            self._section(heading.text)
        elif heading.level == 3:
            self._part(heading.text)
        else:
            message = "a heading of this depth has no meaning here"
            self.findings.add("DM012", heading.text.span(), message, "write '###' for an entity or a flow")

    def _title(self, text: Fragment) -> None:
        if self.title is not None:
            fix = "write '##' for a section"
            self.findings.add("DM012", text.span(), "the application has a name already", fix)
        else:
            self.title = text

    def _section(self, text: Fragment) -> None:
        name = " ".join(text.text.lower().split())
        kind = next((kind for kind in SECTIONS if kind == name), None)
        self.skipping = kind is None
        self.current = None
        if kind is None:
            self.misspelt.update(kind for kind in SECTIONS if nearest(name, SECTIONS) == kind)
            known = tuple(f"## {kind.capitalize()}" for kind in SECTIONS[:4])
            message = f"there is no section '{text.text}'"
            self.findings.add("DM011", text.span(), message, write_instead(f"## {text.text}", known))
            return
        earlier = next((section for section in self.sections if section.kind == kind), None)
        if earlier is not None:
            line = earlier.heading.span().line
            message = f"the section '{text.text}' stands in line {line} already"
            self.findings.add("DM016", text.span(), message, "put both under one heading")
            self.current = earlier
            return
        self.current = _OpenSection(kind, text)
        self.sections.append(self.current)

    def _part(self, text: Fragment) -> None:
        if self.skipping:
            return
        if self.current is None:
            fix = "write '## Entities' or '## Flows' above it"
            self.findings.add("DM012", text.span(), f"'{text.text}' stands in no section", fix)
        elif self.current.kind in ("settings", "endpoints"):
            message = f"the section '{self.current.heading.text}' has no parts"
            self.findings.add("DM012", text.span(), message, "leave this heading out")
        else:
            self.current.parts.append(_OpenPart(text))

    def _block(self, block: Block) -> None:
        if self.current is None:
            if not self.skipping:
                self.description.append(block)
            return
        if isinstance(block, Prose):
            self._check_prose(block)
        (self.current.parts[-1].blocks if self.current.parts else self.current.blocks).append(block)

    def _check_prose(self, block: Prose) -> None:
        """Prose means nothing; what looks like a table or a numbered list was meant to."""
        if block.text.text.startswith(("```", "~~~", "<", ">")):
            return
        if (found := _TABLE_LINE.search(block.text.text)) is not None:
            at = block.text.span(found.start(), found.end())
            fix = "write '|---|' for each column under the head, and a blank line above the table"
            self.findings.add("DM013", at, "this looks like a table, but Markdown does not read it as one", fix)
        elif _NUMBERED.match(block.text.text):
            self.findings.add("DM014", block.text.span(0, 2), "a numbered list means nothing here", "write '-' bullets")
