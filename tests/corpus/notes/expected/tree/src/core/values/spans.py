"""Moments and spans of time out of texts and numbers."""

import datetime as dt
import re
from decimal import Decimal
from typing import overload

from src.core.errors import no_result

SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|us|h|m|s)")
MICROSECONDS = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000, "us": 1}


@overload
def timestamp(text: str) -> dt.datetime: ...
@overload
def timestamp(text: str | None) -> dt.datetime | None: ...
def timestamp(text: str | None) -> dt.datetime | None:
    """Read a time with its zone."""
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise no_result() from error
    if moment.tzinfo is None:
        raise no_result()
    return moment.astimezone(dt.UTC)


@overload
def duration(text: str) -> dt.timedelta: ...
@overload
def duration(text: str | None) -> dt.timedelta | None: ...
def duration(text: str | None) -> dt.timedelta | None:
    """Read a span of time such as `1h30m` or `-15s`."""
    if text is None:
        return None
    length = text.removeprefix("-")
    if not length or SPAN.sub("", length):
        raise no_result()
    total = sum(Decimal(number) * MICROSECONDS[unit] for number, unit in SPAN.findall(length))
    return dt.timedelta(microseconds=-int(total) if text.startswith("-") else int(total))


@overload
def days(number: int) -> dt.timedelta: ...
@overload
def days(number: int | None) -> dt.timedelta | None: ...
def days(number: int | None) -> dt.timedelta | None:
    """Give so many days."""
    return None if number is None else dt.timedelta(days=number)


@overload
def hours(number: int) -> dt.timedelta: ...
@overload
def hours(number: int | None) -> dt.timedelta | None: ...
def hours(number: int | None) -> dt.timedelta | None:
    """Give so many hours."""
    return None if number is None else dt.timedelta(hours=number)


@overload
def minutes(number: int) -> dt.timedelta: ...
@overload
def minutes(number: int | None) -> dt.timedelta | None: ...
def minutes(number: int | None) -> dt.timedelta | None:
    """Give so many minutes."""
    return None if number is None else dt.timedelta(minutes=number)
