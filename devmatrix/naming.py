"""The one place that spells: words of the user to identifiers, tables and paths."""

import hashlib
import re
from typing import NewType

ClassName = NewType("ClassName", str)
SnakeName = NewType("SnakeName", str)
TableName = NewType("TableName", str)
PathSegment = NewType("PathSegment", str)

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a name or phrase, in lower case: ``OrderItem`` and ``order item`` give the same two."""
    return tuple(word.lower() for word in _BOUNDARY.split(text) if word)


def class_name(text: str) -> ClassName:
    """``order item`` -> ``OrderItem``."""
    return ClassName("".join(word[:1].upper() + word[1:] for word in words(text)))


def snake_name(text: str) -> SnakeName:
    """``OrderItem`` -> ``order_item``."""
    return SnakeName("_".join(words(text)))


def plural(word: str) -> str:
    """The regular English plural, by spelling alone: ``box`` -> ``boxes``, ``city`` -> ``cities``, else ``+s``."""
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + "s"


def table_name(entity: str) -> TableName:
    """``OrderItem`` -> ``order_items``."""
    *head, last = words(entity)
    return TableName("_".join((*head, plural(last))))


def short_name(*parts: str) -> TableName:
    """Parts joined by ``_``, as PostgreSQL keeps it whole: beyond 63 characters it ends in a digest of itself."""
    name = "_".join(parts)
    return TableName(name if len(name) <= 63 else f"{name[:54]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}")


def path_segment(entity: str) -> PathSegment:
    """``OrderItem`` -> ``order-items``."""
    *head, last = words(entity)
    return PathSegment("-".join((*head, plural(last))))


def slug(text: str) -> PathSegment:
    """``E-commerce API`` -> ``e-commerce-api``."""
    return PathSegment("-".join(words(text)))
