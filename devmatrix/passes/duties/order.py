"""Obligations of absent rows and of the order in which refusals come."""

from collections.abc import Iterator

from devmatrix.ir.api import Operation
from devmatrix.ir.types import Scalar
from devmatrix.passes.duties.duty import Duty
from devmatrix.passes.refusals import reads_body
from devmatrix.passes.surroundings import Subject


def absence_duties(subject: Subject) -> Iterator[Duty]:
    """Each address: no such row, no such key at all, and the row under another owner."""
    directory, operation = subject.directory, subject.operation
    for address in operation.addresses:
        if address.source != "path":
            continue
        yield Duty("absent", operation.id, address.variable)
        key = directory.entity(address.entity).key_field.type
        if isinstance(key, Scalar) and key.name in ("uuid", "integer"):
            yield Duty("absent", operation.id, f"{address.variable}:malformed")
        if address.owner is not None:
            yield Duty("absent", operation.id, f"{address.variable}:other owner")


def order_duties(operation: Operation, *, try_size: bool) -> Iterator[Duty]:
    """Which refusal wins where two could be given. Bodies over the limit are tried once an directory."""
    if reads_body(operation):
        yield from (Duty("order", operation.id, detail) for detail in ("media type", "unreadable"))
        if try_size:
            yield Duty("order", operation.id, "too large")
        if operation.addresses:
            for later in ("media type", "unreadable", "invalid"):
                yield Duty("order", operation.id, f"absent before {later}")
        if operation.body and _has_refusing_statement(operation):
            yield Duty("order", operation.id, "invalid before refused")
    elif operation.query and operation.addresses:
        yield Duty("order", operation.id, "absent before invalid parameter")


def _has_refusing_statement(operation: Operation) -> bool:
    """Whether a Bind or a Require may refuse."""
    asked = (f"{operation.id}/statement:", "absent reference:")
    return any(refusal.key.startswith(asked) for refusal in operation.refusals)
