"""Keys as they stand in a path."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def read_keys(kinds: Sequence[Any], keys: Sequence[object]) -> tuple[object, ...] | None:
    """Read the keys of a path; none if one of them cannot be a key."""
    try:
        return tuple(_adapter(kind).validate_python(key) for kind, key in zip(kinds, keys, strict=False))
    except ValidationError:
        return None
