"""What the sections declare, before names are resolved."""

from dataclasses import dataclass
from typing import Literal

from devmatrix.diagnostics.fragment import Fragment
from devmatrix.frontend.language.pieces import DoesPiece, HeadingPiece, HeadPiece, RulePiece, TypePiece
from devmatrix.frontend.markdown.document import Bullet


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule and the text that its offsets count in."""

    fragment: Fragment
    piece: RulePiece


@dataclass(frozen=True, slots=True)
class PlacedType:
    """A type and the text that its offsets count in."""

    fragment: Fragment
    piece: TypePiece


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """One field. ``type`` is None where it could not be read: a finding says so, and nothing else asks about it."""

    name: Fragment
    type: PlacedType | None
    rules: tuple[PlacedRule, ...]
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class OptionDeclaration:
    """``- unique: a, b`` and its kin; ``piece`` depends on the name, ``value`` is its text."""

    name: str
    bullet: Fragment
    value: Fragment
    piece: object = None


@dataclass(frozen=True, slots=True)
class EntityDeclaration:
    """One entity."""

    heading: HeadingPiece
    fragment: Fragment
    fields: tuple[FieldDeclaration, ...]
    options: tuple[OptionDeclaration, ...]
    documentation: str

    @property
    def name(self) -> str:
        """Its name as the author wrote it."""
        return self.heading.name.text

    @property
    def at(self) -> Fragment:
        """The place of its name."""
        return self.fragment.part(*self.heading.name.at)

    def all(self, option: str) -> tuple[OptionDeclaration, ...]:
        """The options of a name."""
        return tuple(found for found in self.options if found.name == option)

    def one(self, option: str) -> OptionDeclaration | None:
        """The first option of a name."""
        return next(iter(self.all(option)), None)


Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class EndpointDeclaration:
    """One line of ``## Endpoints``."""

    method: Method
    path: str
    path_at: Fragment
    does: DoesPiece
    does_at: Fragment


@dataclass(frozen=True, slots=True)
class FlowDeclaration:
    """One flow: its head line and its bullets, still to be read with the entities at hand."""

    title: Fragment
    head: HeadPiece
    head_at: Fragment
    method: Method
    path: str
    path_at: Fragment
    bullets: tuple[Bullet, ...]
    documentation: str
