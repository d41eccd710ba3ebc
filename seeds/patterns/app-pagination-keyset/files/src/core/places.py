"""Places in an order: where a page ended, as a text that a client gives back to go on from there."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import BigInteger, Numeric
from sqlalchemy.types import TypeEngine

from src.core.errors import INVALID, Cause, Refused
from src.core.problems import Violation
from src.core.types import STORABLE, Boolean, Date, DateTime, ExactDecimal, Uuid

SEAL_BYTES = 8
LONGEST_VALUES = 1_000_000
NO_PLACE = Violation(pointer="/after", code="place", message="Input should be the `next` of a page of this list")

Types = Sequence[TypeEngine[Any]]

KINDS: dict[type, TypeAdapter[Any]] = {
    str: TypeAdapter(Annotated[str, Field(strict=True), STORABLE]),
    bool: TypeAdapter(Boolean),
    UUID: TypeAdapter(Uuid),
    date: TypeAdapter(Date),
    datetime: TypeAdapter(DateTime),
}


def write_place(order: str, types: Types, values: Sequence[Any]) -> str:
    """Write the values that a row is sorted by, sealed together with the order in which they are."""
    plain = [
        None if value is None else kind_of(type_).dump_python(value, mode="json")
        for type_, value in zip(types, values, strict=True)
    ]
    packed = zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode())
    return _text_of(_seal(order, packed) + packed)


def read_place(order: str, types: Types, text: str) -> list[Any]:
    """Read the values of a place in this order; refuse any other text."""
    try:
        values = json.loads(_unpacked(order, text))
        if len(values) != len(types):
            raise ValueError("this place has other values")
        return [
            None if value is None else kind_of(type_).validate_python(value)
            for type_, value in zip(types, values, strict=True)
        ]
    except (ValueError, TypeError, RecursionError, zlib.error, ValidationError) as error:
        raise Refused(Cause.INVALID, INVALID, errors=[NO_PLACE]) from error


def kind_of(type_: TypeEngine[Any]) -> TypeAdapter[Any]:
    """Give what reads and writes the values of a column."""
    if isinstance(type_, Numeric):
        return _decimals(type_.precision or 0, type_.scale or 0)
    if type_.python_type is int:
        return _integers(63 if isinstance(type_, BigInteger) else 31)
    return KINDS[type_.python_type]


@cache
def _decimals(precision: int, scale: int) -> TypeAdapter[Any]:
    return TypeAdapter(Annotated[Decimal, ExactDecimal(precision, scale)])


@cache
def _integers(bits: int) -> TypeAdapter[Any]:
    return TypeAdapter(Annotated[int, Field(strict=True, ge=-(2**bits), lt=2**bits)])


def _unpacked(order: str, text: str) -> bytes:
    sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    seal, packed = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    if seal != _seal(order, packed) or _text_of(sealed) != text:
        raise ValueError("this place is damaged, or one of another order")
    unpacking = zlib.decompressobj()
    values = unpacking.decompress(packed, LONGEST_VALUES)
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("this place is cut, or has something behind it")
    return values


def _seal(order: str, packed: bytes) -> bytes:
    return blake2b(packed, digest_size=SEAL_BYTES, key=blake2b(order.encode()).digest()).digest()


def _text_of(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")
