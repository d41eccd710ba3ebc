"""Read what a caller sends: JSON of a body, texts of a query; what is wrong is said, nothing is bent into shape."""

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from devmatrix.expressions.evaluation.constants import default_value, parse_instant
from devmatrix.expressions.evaluation.limits import breaks_constraint, breaks_type
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.ir.api import Input, Operation
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type

_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class InvalidError(Exception):
    """A caller sent what an input does not take; ``where`` names the members."""

    def __init__(self, *where: str) -> None:
        super().__init__(", ".join(where))
        self.where = where


def read_body(schema: Schema, operation: Operation, body: dict[str, Any] | None) -> tuple[dict[str, Any], set[str]]:
    """Values by input name, and the names that were sent; InvalidError names every member that is wrong."""
    sent = body or {}
    known = {item.wire: item for item in operation.body}
    wrong = [wire for wire in sent if wire not in known]
    values: dict[str, Any] = {}
    for item in operation.body:
        try:
            values[item.name] = _member(schema, item, sent)
        except InvalidError:
            wrong.append(item.wire)
    if wrong:
        raise InvalidError(*wrong)
    return values, {item.name for item in operation.body if item.wire in sent}


def _member(schema: Schema, item: Input, sent: dict[str, Any]) -> Any:
    if item.wire not in sent:
        if item.required:
            raise InvalidError(item.wire)
        return default_value(item.default, item.type) if item.has_default else None
    value = sent[item.wire]
    if value is None:
        if not item.nullable:
            raise InvalidError(item.wire)
        return None
    return checked(item, typed_value(schema, item.type, value))


def checked(item: Input, value: Any) -> Any:
    """The value, if it lies within the input's bounds."""
    if breaks_type(item.type, value) or any(breaks_constraint(constraint, value) for constraint in item.constraints):
        raise InvalidError(item.wire)
    return value


def read_parameter(schema: Schema, item: Input, text: str) -> Any:
    """A query parameter's value out of its text."""
    if isinstance(item.type, Scalar) and item.type.name in ("integer", "boolean"):
        return checked(item, _typed_text(item.type, text))
    if isinstance(item.type, Reference):
        key = schema.entities[item.type.entity].key_field.type
        if isinstance(key, Scalar) and key.name == "integer":
            return read_key(schema, item.type.entity, _typed_text(key, text))
    return checked(item, typed_value(schema, item.type, text))


def _typed_text(of: Scalar, text: str) -> Any:
    if of.name == "boolean":
        if text not in ("true", "false"):
            raise InvalidError(text)
        return text == "true"
    if not _INTEGER.fullmatch(text):
        raise InvalidError(text)
    return int(text)


def typed_value(schema: Schema, of: Type, value: Any) -> Any:
    """A JSON value as the model holds it; dates and datetimes may stand for themselves."""
    match of:
        case Scalar():
            return _scalar(of, value)
        case Choice():
            return _choice(of, value)
        case ListOf():
            return tuple(typed_value(schema, of.item, item) for item in _items(value))
        case Many():
            keys = tuple(read_key(schema, of.entity, item) for item in _items(value))
            if len(set(keys)) < len(keys):
                raise InvalidError(of.entity)
            return keys
        case Reference():
            return read_key(schema, of.entity, value)


def read_key(schema: Schema, entity: str, value: Any) -> Any:
    """The key of an entity's row out of JSON."""
    of = schema.entities[entity].key_field.type
    key = typed_value(schema, of, value)
    if breaks_type(of, key):
        raise InvalidError(entity)
    return key


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InvalidError("list")
    return list(value)


def _choice(of: Choice, value: Any) -> str:
    for member in of.members:
        if isinstance(value, str) and member.wire == value:
            return member.name
    raise InvalidError("choice")


def _scalar(of: Scalar, value: Any) -> Any:
    try:
        return _SCALARS[of.name](value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise InvalidError(of.name) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    return value


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise TypeError(value)
    text = str(value)
    if isinstance(value, str) and not _DECIMAL.fullmatch(text):
        raise ValueError(value)
    return Decimal(text)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if not _DATE.fullmatch(_text(value)):
        raise ValueError(value)
    return dt.date.fromisoformat(value)


def _datetime(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if not _INSTANT.fullmatch(_text(value)):
        raise ValueError(value)
    return parse_instant(value)


def _uuid(value: Any) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", _text(value)):
        raise ValueError(value)
    return str(UUID(value))


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


_SCALARS = {
    "text": _text,
    "email": _text,
    "url": _text,
    "slug": _text,
    "password": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "uuid": _uuid,
    "json": _json,
}
