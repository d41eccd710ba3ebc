"""Obligations of what callers send: each rule of each input, and members that nobody takes."""

from collections.abc import Iterator

from devmatrix.ir.api import Input, Operation
from devmatrix.ir.directory import Directory
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar, Type
from devmatrix.ir.validation import Length, Pattern, Range
from devmatrix.passes.duties.duty import Duty
from devmatrix.passes.fields import is_given
from devmatrix.passes.refusals import reads_body
from devmatrix.passes.surroundings import Subject

LONGEST_TEXT = 20_000
"""Texts that may be longer are not tried one code point too long."""
MOST_ITEMS = 1_000
_FORMATS = frozenset({"email", "url", "slug", "uuid", "date", "datetime"})


def input_duties(subject: Subject) -> Iterator[Duty]:
    """Each input's rules, members that nobody takes, a parameter given twice, and fields that are not for clients."""
    directory, operation = subject.directory, subject.operation
    for taken in operation.inputs:
        for detail in dict.fromkeys(_details(directory, taken)):
            yield Duty("input", taken.id, detail)
    if reads_body(operation):
        yield Duty("input", operation.id, "unknown")
    yield Duty("input", operation.id, "unknown parameter")
    if any(not taken.repeated for taken in operation.query):
        yield Duty("input", operation.id, "parameter twice")
    yield from _forbidden(directory, operation)


def _forbidden(directory: Directory, operation: Operation) -> Iterator[Duty]:
    if operation.verb not in ("create", "update", "patch") or operation.entity is None:
        return
    entity = directory.entity(operation.entity)
    for field in entity.fields:
        created, changed = is_given(entity, field, "creation"), is_given(entity, field, "change")
        if not created and not changed:
            yield Duty("input", field.id, "read-only")
        elif operation.verb != "create" and not changed:
            yield Duty("input", field.id, "immutable")


def _details(directory: Directory, taken: Input) -> Iterator[str]:
    if taken.required:
        yield "required"
    if taken.source == "body" and not taken.nullable:
        yield "null"
    yield from _of_type(directory, taken.type, taken.source)
    for item in taken.constraints:
        match item:
            case Range():
                yield from _bounds(item.minimum is not None, item.maximum is not None, "minimum", "maximum")
            case Length():
                short = item.minimum > 0
                yield from _bounds(short, item.maximum is not None, "min_length", "max_length")
            case Pattern():
                yield "pattern"


def _of_type(directory: Directory, declared: Type, source: str) -> Iterator[str]:
    match declared:
        case Scalar():
            yield from _of_scalar(declared, source)
        case Choice():
            yield "member"
            if source == "body":
                yield "type"
        case Reference(entity=target):
            key = directory.entity(target).key_field.type
            if source == "body" or (isinstance(key, Scalar) and key.name in ("uuid", "integer")):
                yield "type"
        case Many(max_items=most) | ListOf(max_items=most):
            yield "type"
            if most is not None and most <= MOST_ITEMS:
                yield "items"
            if isinstance(declared, Many):
                yield "repeated"


def _of_scalar(scalar: Scalar, source: str) -> Iterator[str]:
    if scalar.name != "json" and (source == "body" or scalar.name in ("integer", "decimal", "boolean")):
        yield "type"
    if scalar.name in _FORMATS:
        yield "format"
    if scalar.name == "decimal" and scalar.precision is not None:
        yield from ("minimum", "maximum", "scale")
    elif scalar.name == "integer":
        yield from _bounds(scalar.minimum is not None, scalar.maximum is not None, "minimum", "maximum")
    longest = scalar.max_length is not None and scalar.max_length <= LONGEST_TEXT
    yield from _bounds(bool(scalar.min_length), longest, "min_length", "max_length")


def _bounds(low: bool, high: bool, lower: str, upper: str) -> Iterator[str]:
    if low:
        yield lower
    if high:
        yield upper
