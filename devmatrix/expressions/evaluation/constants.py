"""Canonical text of constants to values and back."""

import datetime as dt
import functools
import re
from decimal import Decimal
from typing import Any

from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.ir.values import Constant, ValueKind

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|us|h|m|s)")
_UNITS = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000, "us": 1}


def constant_value(value: Constant, kind: ValueKind) -> Any:
    """The value that a constant of a literal stands for; lists become tuples."""
    if isinstance(value, tuple):
        return tuple(constant_value(item, kind) for item in value)
    if value is None:
        return None
    return _typed(kind, value)


def default_value(value: Constant, of: Type) -> Any:
    """The value of a field's or an input's default."""
    if isinstance(value, tuple):
        return tuple(default_value(item, of.item if isinstance(of, ListOf) else of) for item in value)
    return None if value is None else _typed(kind_of(of), value)


def kind_of(of: Type) -> ValueKind:
    """The kind of value that a type holds; texts of every sort are ``text``."""
    match of:
        case Scalar(name="text" | "email" | "url" | "slug" | "password"):
            return "text"
        case Scalar():
            return of.name  # type: ignore[return-value]
        case Choice():
            return "choice"
        case Reference():
            return "entity"
        case Many() | ListOf():
            return "list"


@functools.lru_cache(maxsize=4096)
def _typed(kind: ValueKind, value: bool | int | str) -> Any:
    match kind:
        case "decimal":
            return Decimal(value)
        case "date":
            return dt.date.fromisoformat(str(value))
        case "datetime":
            return parse_instant(str(value))
        case "duration":
            return parse_duration(str(value))
        case _:
            return value


def parse_instant(text: str) -> dt.datetime:
    """An ISO date and time with a zone, in UTC; ValueError for anything else."""
    instant = dt.datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("a datetime without a zone")
    return instant.astimezone(dt.UTC)


def parse_duration(text: str) -> dt.timedelta:
    """``1h30m``, ``-15s``; ValueError for anything else."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text)
    if not rest or _DURATION.sub("", rest):
        raise ValueError(f"not a duration: {text!r}")
    total = sum(Decimal(number) * _UNITS[unit] for number, unit in _DURATION.findall(rest))
    return sign * dt.timedelta(microseconds=int(total))


@functools.lru_cache(maxsize=1024)
def compiled_pattern(regex: str) -> re.Pattern[str]:
    """A pattern of the shared dialect: found anywhere, ``$`` is the very end, classes are ASCII."""
    return re.compile(_strict_end(regex), re.ASCII)


def _strict_end(regex: str) -> str:
    out: list[str] = []
    inside = escaped = False
    for char in regex:
        if char == "$" and not inside and not escaped:
            out.append(r"\Z")
            continue
        inside = (char == "[" or inside) and not (char == "]" and inside) if not escaped else inside
        escaped = char == "\\" and not escaped
        out.append(char)
    return "".join(out)
