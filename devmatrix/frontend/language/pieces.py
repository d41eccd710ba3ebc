"""What cells, bullets and head lines say, before any name in them is resolved; places are offsets into their text."""

from dataclasses import dataclass
from typing import Literal

Offsets = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """A name and where it stands."""

    text: str
    at: Offsets


@dataclass(frozen=True, slots=True)
class TypePiece:
    """A type as written: ``text(200)``, ``one of A, B``, ``-> Entity``, ``many Entity``; ``item`` for ``list of``."""

    kind: Literal["named", "choice", "reference", "many", "list"]
    at: Offsets
    name: str = ""
    name_at: Offsets = (0, 0)
    arguments: tuple[str, ...] = ()
    members: tuple[Word, ...] = ()
    item: "TypePiece | None" = None


@dataclass(frozen=True, slots=True)
class LiteralPiece:
    """A constant: ``kind`` says how it was written. Items of a list are constants again."""

    kind: Literal["text", "number", "time", "name", "list"]
    text: str
    at: Offsets
    items: tuple["LiteralPiece", ...] = ()


@dataclass(frozen=True, slots=True)
class RulePiece:
    """A rule: ``kind`` is its first words; the rest depends on it."""

    kind: str
    at: Offsets
    literals: tuple[LiteralPiece, ...] = ()
    text: str = ""
    inner: Offsets = (0, 0)


@dataclass(frozen=True, slots=True)
class Declared:
    """``type, rule, rule``; the type is missing where only rules were read."""

    type: TypePiece | None
    rules: tuple[RulePiece, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One of the words in brackets behind an entity's name."""

    kind: Literal["part of", "external", "schema", "table"]
    at: Offsets
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadingPiece:
    """``CartItem (part of Cart as items)``."""

    name: Word
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class StatesPiece:
    """``status: A -> B -> C; A -> C``."""

    field: Word
    chains: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """``else 409 "message"``."""

    at: Offsets
    status: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class GuardPiece:
    """```expr` else "message"`` of an entity's rule."""

    code: Offsets
    otherwise: Otherwise | None = None


@dataclass(frozen=True, slots=True)
class DoesPiece:
    """``list Order where `…```."""

    verb: Word
    entity: Word
    where: Offsets | None = None


@dataclass(frozen=True, slots=True)
class AnswerPiece:
    """``answers 201 with `order```."""

    at: Offsets
    status: int
    value: Offsets | None = None
    view: Word | None = None


@dataclass(frozen=True, slots=True)
class StatementPiece:
    """A statement: its keyword and the places of the expressions between backticks, in order."""

    keyword: str
    at: Offsets
    codes: tuple[Offsets, ...] = ()
    otherwise: Otherwise | None = None
    answer: AnswerPiece | None = None


@dataclass(frozen=True, slots=True)
class HeadPiece:
    """```POST /carts/{id}/checkout` on `cart: Cart`, answers 201 with `order```."""

    endpoint: Offsets
    on: Offsets | None = None
    answer: AnswerPiece | None = None
