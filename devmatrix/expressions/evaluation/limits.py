"""Bounds of single values: what a type and a field's own constraints let through."""

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from devmatrix.expressions.evaluation.constants import compiled_pattern, parse_instant
from devmatrix.ir.types import Choice, ListOf, Many, Scalar, Type
from devmatrix.ir.validation import Constraint, Length, Pattern, Range

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def breaks_type(of: Type, value: Any) -> bool:
    """Whether a value that is not null lies outside its type's bounds."""
    match of:
        case Scalar():
            return _breaks_scalar(of, value)
        case Choice():
            return value not in {member.name for member in of.members}
        case ListOf():
            too_many = of.max_items is not None and len(value) > of.max_items
            return too_many or any(item is None or breaks_type(of.item, item) for item in value)
        case Many():
            return of.max_items is not None and len(value) > of.max_items
        case _:
            return False


def breaks_constraint(constraint: Constraint, value: Any) -> bool:
    """Whether a value that is not null breaks one of its constraints."""
    match constraint:
        case Range():
            return _outside(constraint, value)
        case Length():
            too_long = constraint.maximum is not None and len(value) > constraint.maximum
            return too_long or len(value) < constraint.minimum
        case Pattern():
            return compiled_pattern(constraint.regex).search(value) is None


def bound_value(text: str, value: Any) -> Any:
    """A range's bound as a value of the same kind as the one that it bounds."""
    if isinstance(value, dt.datetime):
        return parse_instant(text)
    if isinstance(value, dt.date):
        return dt.date.fromisoformat(text)
    return Decimal(text)


def _outside(constraint: Range, value: Any) -> bool:
    if constraint.minimum is not None:
        low = bound_value(constraint.minimum, value)
        if value < low or (constraint.minimum_open and value == low):
            return True
    if constraint.maximum is not None:
        high = bound_value(constraint.maximum, value)
        return bool(value > high or (constraint.maximum_open and value == high))
    return False


def _breaks_scalar(of: Scalar, value: Any) -> bool:
    match of.name:
        case "integer":
            return (of.minimum is not None and value < of.minimum) or (of.maximum is not None and value > of.maximum)
        case "decimal":
            return _breaks_decimal(of, value)
        case "text" | "password":
            return _breaks_text(of, value)
        case "email":
            return _breaks_text(of, value) or _EMAIL.fullmatch(value) is None
        case "url":
            return _breaks_text(of, value) or not _is_url(value)
        case "slug":
            return _breaks_text(of, value) or _SLUG.fullmatch(value) is None
        case "json":
            return _breaks_json(of, value)
        case _:
            return False


def _breaks_decimal(of: Scalar, value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        return True
    if of.scale is not None and -exponent > of.scale:
        return True
    whole = (of.precision or 1000) - (of.scale or 0)
    return abs(value) >= Decimal(10) ** whole


def _breaks_text(of: Scalar, value: str) -> bool:
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        return True
    too_long = of.max_length is not None and len(value) > of.max_length
    return too_long or (of.min_length is not None and len(value) < of.min_length)


def _is_url(value: str) -> bool:
    if any(char.isspace() for char in value):
        return False
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _breaks_json(of: Scalar, value: str) -> bool:
    if of.max_bytes is not None and len(value.encode()) > of.max_bytes:
        return True
    return of.max_depth is not None and _depth(json.loads(value)) > of.max_depth


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(item) for item in value), default=0)
    return 0
