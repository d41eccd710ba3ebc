"""What the Markdown holds, before anything is understood: sections, parts, tables and bullets with their places."""

from dataclasses import dataclass
from typing import Literal

from devmatrix.diagnostics.fragment import Fragment

SectionKind = Literal["settings", "entities", "endpoints", "flows", "views", "access"]


@dataclass(frozen=True, slots=True)
class Prose:
    """Text for people; ``text`` is as it was written."""

    text: Fragment


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, a cell for each column of its head."""

    cells: tuple[Fragment, ...]
    line: Fragment


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its head."""

    head: tuple[Fragment, ...]
    rows: tuple[Row, ...]
    line: Fragment


@dataclass(frozen=True, slots=True)
class Bullet:
    """One bullet, its text joined over its lines, and the bullets inside it."""

    text: Fragment
    children: tuple["Bullet", ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of bullets."""

    items: tuple[Bullet, ...]


Block = Prose | Table | Bullets


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one ``###`` heading."""

    heading: Fragment
    blocks: tuple[Block, ...]

    @property
    def documentation(self) -> str:
        """The prose of the part."""
        return prose_of(self.blocks)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one ``##`` heading: blocks before the first part, then the parts."""

    kind: SectionKind
    heading: Fragment
    blocks: tuple[Block, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole spec."""

    file: str
    title: Fragment | None
    description: str
    sections: tuple[Section, ...]
    misspelt: frozenset[SectionKind] = frozenset()
    """Sections that seem to be meant by headings that name none."""

    def section(self, kind: SectionKind) -> Section | None:
        """The section of a kind, if it is there."""
        return next((section for section in self.sections if section.kind == kind), None)


def prose_of(blocks: tuple[Block, ...]) -> str:
    """The prose among some blocks, its paragraphs apart."""
    return "\n\n".join(block.text.text.strip() for block in blocks if isinstance(block, Prose))
