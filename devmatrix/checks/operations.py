"""Find operations that cannot be told apart, and nested creations that no path gives an owner."""

import re
from collections.abc import Iterator

from devmatrix.checks.places import finding, place_of
from devmatrix.diagnostics import Diagnostic
from devmatrix.ir.api import Operation
from devmatrix.ir.application import ApplicationIR

_PARAMETER = re.compile(r"\{[^}]*\}")


def check_operations(application: ApplicationIR) -> tuple[Diagnostic, ...]:
    """Same method and path, same operationId, or no owner in the path."""
    return (*_same_route(application), *_same_name(application), *_without_owner(application))


def _same_route(application: ApplicationIR) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, str], Operation] = {}
    for operation in application.api.operations:
        route = (operation.method, _PARAMETER.sub("{}", operation.path))
        if (first := seen.setdefault(route, operation)) is not operation:
            yield finding(
                "DM701",
                place_of(operation, application),
                f"{operation.method} {operation.path} is taken by {_named(first)}",
                "give one of the two another path or leave it out",
            )


def _same_name(application: ApplicationIR) -> Iterator[Diagnostic]:
    seen: dict[str, Operation] = {}
    for operation in application.api.operations:
        if (first := seen.setdefault(operation.wire, operation)) is not operation:
            yield finding(
                "DM702",
                place_of(operation, application),
                f"{_route(operation)} and {_route(first)} are both called '{operation.wire}'",
                "give one of the two another title",
            )


def _without_owner(application: ApplicationIR) -> Iterator[Diagnostic]:
    for operation in application.api.operations:
        if operation.verb != "create" or operation.entity is None:
            continue
        entity = application.entity(operation.entity)
        if entity.owner is not None and operation.nested_under is None:
            yield finding(
                "DM703",
                place_of(operation, application),
                f"{operation.path} does not say which {entity.owner} the new {entity.name} is part of",
                f"put the path under the {entity.owner}'s, or use a flow that creates {entity.name}",
            )


def _named(operation: Operation) -> str:
    return f"'{operation.title or operation.wire}'"


def _route(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"
