"""Constants in canonical form: texts that stand for dates, instants, keys or members, and whole numbers."""

import datetime as dt
import re
import uuid
from decimal import Decimal

from devmatrix.diagnostics.findings import Findings, write_instead
from devmatrix.diagnostics.model import Span
from devmatrix.expressions.fitting import INTEGER
from devmatrix.ir.expressions import LiteralValue
from devmatrix.ir.types import SAFE_INTEGER
from devmatrix.ir.values import ValueType

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DURATION = re.compile(r"(-?)(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9}(?:\.\d{1,6})?)s)?")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def read_integer(text: str, span: Span, findings: Findings) -> LiteralValue | None:
    """A whole number within what every JSON reader keeps exact."""
    if len(text) > 16 or int(text) > SAFE_INTEGER:
        findings.add("DM510", span, f"an integer is at most {SAFE_INTEGER}")
        return None
    return LiteralValue(value=int(text), type=INTEGER, span=span)


def text_as(text: str, expected: ValueType, span: Span, findings: Findings) -> LiteralValue | None:
    """A text in quotes where a member, a date, an instant or a key is expected."""
    type_ = expected.as_nullable(nullable=False)
    if expected.kind == "choice":
        if text in expected.members:
            return LiteralValue(value=text, type=type_, span=span)
        fix = write_instead(text, expected.members)
        findings.add("DM505", span, f"'{text}' is no member of one of {', '.join(expected.members)}", fix)
        return None
    value = {"date": canonical_date, "datetime": canonical_datetime, "uuid": canonical_uuid}[expected.kind](text)
    if value is None:
        findings.add("DM510", span, f"'{text}' is no {expected.kind}", _FORMS[expected.kind])
        return None
    return LiteralValue(value=value, type=type_, span=span)


_FORMS = {
    "date": "write a date as 2026-12-31",
    "datetime": "write an instant as 2026-12-31T12:00:00Z",
    "uuid": "write a key as 123e4567-e89b-12d3-a456-426614174000",
}


def canonical_date(text: str) -> str | None:
    """``2026-12-31``; None when the text is no date."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def canonical_datetime(text: str) -> str | None:
    """The instant in UTC, ``2026-12-31T12:00:00Z``; None when the text is none or has no zone."""
    if _DATETIME.fullmatch(text) is None:
        return None
    try:
        instant = dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return instant.replace(tzinfo=None).isoformat() + "Z"


def canonical_uuid(text: str) -> str | None:
    """The key in lower case; None when the text is none."""
    return str(uuid.UUID(text)) if _UUID.fullmatch(text) else None


def canonical_duration(text: str) -> str | None:
    """``1h30m`` as seconds, ``5400s``; None when the text is no duration."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()[1:]):
        return None
    hours, minutes, seconds = (Decimal(group or 0) for group in match.groups()[1:])
    total = hours * 3600 + minutes * 60 + seconds
    plain = format(total, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{'-' if match.group(1) and total else ''}{plain}s"
