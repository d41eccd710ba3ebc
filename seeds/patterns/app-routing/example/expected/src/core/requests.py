"""Requests whose body is bounded and whose numbers keep every digit."""

import json
from decimal import Decimal, InvalidOperation
from email.message import Message
from typing import Any

from fastapi import Request

from src.core.errors import INVALID, Cause, Refused
from src.core.problems import Violation

LONGEST_INTEGER = 30
TOO_DEEP = Violation(pointer="", code="too_deep", message="Input should be less deep")


class ExactRequest(Request):
    """A request whose body is bounded, and whose numbers keep every digit."""

    async def body(self) -> bytes:
        """Read the body, if it is not too large."""
        if not hasattr(self, "_body"):
            limit: int = self.app.state.settings.max_body_bytes
            if int(self.headers.get("content-length", 0)) > limit:
                raise _too_large(limit)
            read = bytearray()
            async for chunk in self.stream():
                read += chunk
                if len(read) > limit:
                    raise _too_large(limit)
            self._body = bytes(read)
        return self._body

    async def json(self) -> Any:
        """Read the body as JSON, strictly."""
        text = await self.body()
        try:
            value = json.loads(text.decode(), parse_float=_number, parse_int=_integer, parse_constant=_no_number)
        except RecursionError as error:
            raise Refused(Cause.INVALID, INVALID, errors=[TOO_DEEP]) from error
        except ValueError as error:
            raise Refused(Cause.NO_JSON, "the body is not valid JSON") from error
        # A decimal would pass for an object without members, a float does not.
        return float(value) if isinstance(value, Decimal) else value


def check_media_type(content_type: str | None) -> None:
    """Take JSON, or what carries no name."""
    if content_type:
        message = Message()
        message["content-type"] = content_type
        subtype = message.get_content_subtype()
        if message.get_content_maintype() != "application" or not (subtype == "json" or subtype.endswith("+json")):
            raise Refused(Cause.NO_JSON_TYPE, "the body must be application/json")


def _too_large(limit: int) -> Refused:
    return Refused(Cause.TOO_LARGE, f"the body is larger than {limit} bytes")


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= LONGEST_INTEGER else Decimal(digits)


def _number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return Decimal("NaN")


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
