"""Checks of single values that come from outside."""

import re
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import ValidationError, ValidatorFunctionWrapHandler
from pydantic_core import PydanticCustomError

MAX_INTEGER = 9_007_199_254_740_991

Time = TypeVar("Time", date, datetime)

UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DATE_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DATETIME_FORM = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
INTEGER_FORM = re.compile(r"-?[0-9]{1,16}")
KEY_FORM = re.compile(r"[1-9][0-9]{0,15}")


def storable(value: str) -> str:
    """Take a text that the database can hold."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise PydanticCustomError("text", "Text should have no NUL and no lone surrogate")
    return value


def uuid_of(value: object) -> UUID:
    """Take a UUID in its usual form."""
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or not UUID_FORM.fullmatch(value):
        raise PydanticCustomError("uuid", "Input should be a UUID")
    return UUID(value)


def storable_time(value: Time, first: Time, last: Time) -> Time:
    """Take a time that the database does not mistake for minus or plus infinity."""
    if value in (first, last):
        raise ValueError("this time stands for infinity")
    return value


def date_of(value: object) -> date:
    """Take a day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and DATE_FORM.fullmatch(value):
            return storable_time(date.fromisoformat(value), date.min, date.max)
    except ValueError:
        pass
    raise PydanticCustomError("date", "Input should be a date, YYYY-MM-DD")


def datetime_of(value: object) -> datetime:
    """Take a moment with its zone."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    try:
        if isinstance(value, str) and DATETIME_FORM.fullmatch(value):
            moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
            return storable_time(moment, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError(
        "datetime", "Input should be an RFC 3339 time with a zone and at most six digits of a second"
    )


def email_of(value: str) -> str:
    """Take an email address as it is."""
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError as error:
        raise PydanticCustomError("email", "Input should be an email address") from error
    return value


def url_of(value: str) -> str:
    """Take an absolute http or https address as it is."""
    try:
        parts = urlsplit(value)
        correct = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        correct = False
    if not correct or not value.isprintable() or any(character in ' <>"{}|\\^`' for character in value):
        raise PydanticCustomError("url", "Input should be an absolute http or https address")
    return value


def integer_text(value: object) -> object:
    """Read an integer out of a parameter's text."""
    return int(value) if isinstance(value, str) and INTEGER_FORM.fullmatch(value) else value


def key_text(value: object) -> object:
    """Read the number of a row out of a path."""
    return int(value) if isinstance(value, str) and KEY_FORM.fullmatch(value) else value


def worked_out(value: Any, take: ValidatorFunctionWrapHandler) -> Any:
    """Take what was computed; there is no result where its type cannot hold it."""
    try:
        return take(value)
    except ValidationError as error:
        raise OverflowError("a computed value that its type does not hold") from error


def whole(value: int) -> int:
    """Take a computed integer that JSON keeps."""
    if abs(value) > MAX_INTEGER:
        raise OverflowError("an integer beyond what JSON keeps")
    return value


def boolean_text(value: object) -> object:
    """Read true or false out of a parameter's text."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def distinct(values: list[Any]) -> list[Any]:
    """Take a list in which nothing stands twice."""
    if len(set(values)) != len(values):
        raise PydanticCustomError("distinct", "Items should be different from each other")
    return values
