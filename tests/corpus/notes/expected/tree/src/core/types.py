"""Types of input and output that take nothing but what they say."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    WrapValidator,
)

from src.core import checks
from src.core.bounds import Within
from src.core.checks import MAX_INTEGER
from src.core.decimals import SHOWN_FORM, ExactDecimal, digits_of
from src.core.json_values import json_of

__all__ = [
    "BOOLEAN_TEXT",
    "DISTINCT",
    "INTEGER_TEXT",
    "MAX_INTEGER",
    "MAX_TEXT",
    "NO_NUL",
    "STORABLE",
    "WORKED_OUT",
    "AnyDecimal",
    "Boolean",
    "Date",
    "DateTime",
    "Email",
    "ExactDecimal",
    "Input",
    "IntegerKey",
    "Json",
    "Moment",
    "NoInput",
    "Output",
    "Slug",
    "TextKey",
    "Url",
    "Uuid",
    "Whole",
    "Within",
    "left_out",
]

MAX_TEXT = 10_000
NO_NUL = r"^[^\x00]*$"

STORABLE = AfterValidator(checks.storable)
DISTINCT = AfterValidator(checks.distinct)
WORKED_OUT = WrapValidator(checks.worked_out)
INTEGER_TEXT = BeforeValidator(checks.integer_text)
BOOLEAN_TEXT = BeforeValidator(checks.boolean_text)

Uuid = Annotated[UUID, BeforeValidator(checks.uuid_of)]
IntegerKey = Annotated[int, Field(strict=True, ge=1, le=MAX_INTEGER), BeforeValidator(checks.key_text)]
TextKey = Annotated[str, Field(strict=True, max_length=MAX_TEXT, pattern=NO_NUL), STORABLE]
AnyDecimal = Annotated[
    Decimal,
    PlainSerializer(digits_of, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": SHOWN_FORM}, mode="serialization"),
]
Date = Annotated[date, BeforeValidator(checks.date_of)]
DateTime = Annotated[datetime, BeforeValidator(checks.datetime_of)]
Moment = Annotated[datetime, AfterValidator(checks.datetime_of)]
Boolean = Annotated[bool, Field(strict=True)]
Email = Annotated[
    str,
    Field(strict=True, max_length=254, json_schema_extra={"format": "email"}),
    STORABLE,
    AfterValidator(checks.email_of),
]
Url = Annotated[
    str,
    Field(strict=True, max_length=2048, json_schema_extra={"format": "uri"}),
    STORABLE,
    AfterValidator(checks.url_of),
]
Whole = Annotated[int, AfterValidator(checks.whole)]
Slug = Annotated[str, Field(strict=True, max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Json = Annotated[Any, BeforeValidator(json_of)]


class Input(BaseModel):
    """What a client sends: members that nobody takes are refused."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """What a client is shown."""

    model_config = ConfigDict(from_attributes=True, validate_by_name=True, validate_by_alias=True)


class NoInput(Input):
    """An operation without input takes an empty object, or no body at all."""


def left_out() -> Any:
    """Stand for a member that the client did not send; `model_fields_set` tells."""
