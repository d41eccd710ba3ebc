"""Constants as written to the canonical form that a type gives them."""

import datetime as dt
import re
from decimal import Decimal

from devmatrix.expressions.literals import canonical_date, canonical_datetime, canonical_uuid
from devmatrix.frontend.language.pieces import LiteralPiece
from devmatrix.ir.types import Choice, ListOf, Scalar, Type
from devmatrix.ir.values import Atom, Constant

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_URL = re.compile(r"https?://[^\s/?#]+[^\s]*")


class UnfitError(Exception):
    """The constant does not fit the type; the text says why."""


def read_constant(literal: LiteralPiece, type_: Type) -> Constant:
    """The canonical form of a constant; raises UnfitError."""
    if isinstance(type_, ListOf):
        if literal.kind != "list":
            raise UnfitError("a list is written as '[a, b]'")
        return tuple(_atom(item, type_.item) for item in literal.items)
    return _atom(literal, type_)


def _atom(literal: LiteralPiece, type_: Type) -> Atom:
    if isinstance(type_, Choice):
        if literal.kind in ("name", "text") and literal.text in {member.name for member in type_.members}:
            return literal.text
        raise UnfitError(f"'{literal.text}' is none of " + ", ".join(member.name for member in type_.members))
    if not isinstance(type_, Scalar):
        raise UnfitError("this type has no constants")
    if type_.name == "boolean":
        return _boolean(literal)
    if type_.name in ("integer", "decimal"):
        return _number(literal, type_)
    return _written(literal, type_)


def _boolean(literal: LiteralPiece) -> bool:
    if literal.kind == "name" and literal.text in ("true", "false"):
        return literal.text == "true"
    raise UnfitError("a boolean is 'true' or 'false'")


def _number(literal: LiteralPiece, type_: Scalar) -> int | str:
    if literal.kind != "number" or len(literal.text) > 60:
        raise UnfitError(f"'{literal.text[:40]}' is no number")
    value = Decimal(literal.text)
    if type_.name == "integer":
        if "." in literal.text:
            raise UnfitError("an integer has no point")
        if not (type_.minimum or 0) <= int(value) <= (type_.maximum or 0):
            raise UnfitError(f"an integer goes from {type_.minimum} to {type_.maximum}")
        return int(value)
    scale, precision = type_.scale or 0, type_.precision or 0
    if len(literal.text.partition(".")[2]) > scale:
        raise UnfitError(f"'{literal.text}' has more than {scale} places behind the point")
    if abs(value) >= Decimal(10) ** (precision - scale):
        raise UnfitError(f"'{literal.text}' has more than {precision - scale} digits before the point")
    return f"{abs(value) if value == 0 else value:.{scale}f}"


def _written(literal: LiteralPiece, type_: Scalar) -> str:
    wanted = ("text", "time") if type_.name in ("date", "datetime") else ("text",)
    if literal.kind not in wanted:
        raise UnfitError(f"a {type_.name} is written in quotes")
    text = literal.text
    match type_.name:
        case "date":
            found = canonical_date(text)
        case "datetime":
            found = canonical_datetime(text)
        case "uuid":
            found = canonical_uuid(text)
        case "slug":
            found = text if _SLUG.fullmatch(text) else None
        case "email":
            found = text if _EMAIL.fullmatch(text) else None
        case "url":
            found = text if _URL.fullmatch(text) else None
        case _:
            found = text
    if found is None:
        form = " (such as 2026-12-31T12:00:00Z, with a zone)" if type_.name == "datetime" else ""
        raise UnfitError(f"'{text[:40]}' is no {type_.name}{form}")
    if "\x00" in found or not (type_.min_length or 0) <= len(found) <= (type_.max_length or len(found)):
        raise UnfitError(f"a text has at most {type_.max_length} characters here")
    return found


def ordered(value: Constant, type_: Type) -> Decimal | dt.date | dt.datetime:
    """A canonical constant as something that can be compared with its like."""
    text = str(value)
    name = type_.name if isinstance(type_, Scalar) else ""
    if name == "date":
        return dt.date.fromisoformat(text)
    if name == "datetime":
        return dt.datetime.fromisoformat(text)
    return Decimal(text)
