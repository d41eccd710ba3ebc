"""Find expressions of a spec that have no form in this target, before anything is rendered."""

from collections.abc import Callable, Iterator
from typing import Any

from devmatrix.backend.fastapi.lists import list_view
from devmatrix.backend.fastapi.repositories import repository_view
from devmatrix.backend.fastapi.sql import CannotLower
from devmatrix.backend.fastapi.target import Target
from devmatrix.ir.application import ApplicationIR


def unaskable(application: ApplicationIR) -> tuple[CannotLower, ...]:
    """Computed fields and conditions of lists that the database cannot be asked."""
    return tuple(_found(Target(application)))


def _found(target: Target) -> Iterator[CannotLower]:
    application = target.application
    for entity in application.domain.entities:
        if any(field.computed is not None for field in entity.fields):
            yield from _tried(lambda entity=entity: repository_view(target, entity))  # type: ignore[misc]
    for operation in application.api.operations:
        if operation.where is not None:
            yield from _tried(lambda operation=operation: list_view(target, operation))  # type: ignore[misc]


def _tried(view: Callable[[], Any]) -> Iterator[CannotLower]:
    try:
        view()
    except CannotLower as error:
        yield error
