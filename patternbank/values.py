"""The plain values that cross the bank's border, and their canonical bytes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

NAME_PATTERN = r"^[a-z][a-z0-9]*([.-][a-z0-9]+)*$"


class Frozen(BaseModel):
    """A value: it never changes, and knows no field that it does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def canonical(value: object) -> bytes:
    """Give the one JSON text of a value, as bytes: sorted keys, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest(value: object) -> str:
    """Give the SHA-256 of a value's canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
