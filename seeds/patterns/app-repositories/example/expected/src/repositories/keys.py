"""Keys as they stand in a path."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from src.core.types import IntegerKey, TextKey, Uuid

Key = TypeAdapter[Any]

UUID_KEY: Key = TypeAdapter(Uuid)
INTEGER_KEY: Key = TypeAdapter(IntegerKey)
TEXT_KEY: Key = TypeAdapter(TextKey)


def read_keys(kinds: Sequence[Key], keys: Sequence[object]) -> tuple[object, ...] | None:
    """Read the keys of a path; none if one of them cannot be a key."""
    try:
        return tuple(kind.validate_python(key) for kind, key in zip(kinds, keys, strict=False))
    except ValidationError:
        return None
