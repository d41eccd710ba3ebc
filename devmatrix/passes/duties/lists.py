"""Obligations of lists: pages, filters, orders and searches."""

from collections.abc import Iterator

from devmatrix.ir.api import Operation
from devmatrix.passes.duties.duty import Duty
from devmatrix.passes.surroundings import Subject


def list_duties(subject: Subject) -> Iterator[Duty]:
    """What a list promises of what it shows."""
    directory, operation = subject.directory, subject.operation
    if operation.verb != "list" or operation.entity is None:
        return
    pages = ("joined", "arrival", "cursor") if _is_keyset(operation) else ("window",)
    yield from (Duty("paging", operation.id, detail) for detail in ("total", *pages, "order"))
    if operation.where is not None:
        yield Duty("filter", operation.id, "where")
    if operation.nested_under is not None:
        yield Duty("filter", operation.id, "owner")
    for taken in operation.query:
        if taken.selects is not None and taken.selects.kind in ("equals", "at least", "at most"):
            yield Duty("filter", taken.id)
            if taken.repeated:
                yield Duty("filter", taken.id, "any of")
        if taken.selects is not None and taken.selects.kind == "search":
            yield Duty("search", taken.id, "wildcards")
    for field in directory.entity(operation.entity).fields:
        if field.sortable:
            yield from (Duty("sort", field.id, detail) for detail in ("ascending", "descending"))
        if field.searchable:
            yield Duty("search", field.id)


def _is_keyset(operation: Operation) -> bool:
    """Whether a page is asked for by where the one before it ended."""
    return any(taken.selects is not None and taken.selects.kind == "after" for taken in operation.query)
