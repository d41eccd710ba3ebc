"""JSON values of any shape, as far as they can be kept as they are."""

import json
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from src.core.checks import storable

MAX_BYTES = 64_000
MAX_DEPTH = 32


def json_of(value: Any) -> Any:
    """Take a JSON value that is small, not too deep, and whose numbers keep every digit."""
    kept = _kept(value, MAX_DEPTH)
    if len(json.dumps(kept).encode()) > MAX_BYTES:
        raise PydanticCustomError("json_size", "Value should have at most {bytes} bytes", {"bytes": MAX_BYTES})
    return kept


def _kept(value: Any, depth: int) -> Any:
    if isinstance(value, dict | list) and depth == 0:
        raise PydanticCustomError("json_depth", "Value should be at most {depth} deep", {"depth": MAX_DEPTH})
    if isinstance(value, dict):
        return {storable(name): _kept(item, depth - 1) for name, item in value.items()}
    if isinstance(value, list):
        return [_kept(item, depth - 1) for item in value]
    if isinstance(value, str):
        return storable(value)
    return _number(value) if isinstance(value, Decimal) else value


def _number(value: Decimal) -> float:
    number = float(value)
    if not value.is_finite() or Decimal(repr(number)) != value:
        raise PydanticCustomError("json_number", "Number has more digits than JSON keeps")
    return number
