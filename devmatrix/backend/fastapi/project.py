"""What the patterns of the application as a whole see."""

from collections.abc import Callable, Mapping
from typing import Any

from devmatrix.backend.fastapi.constraints.dependents import dependents_view
from devmatrix.backend.fastapi.migration import deletion_view, migration_env_view, migration_view
from devmatrix.backend.fastapi.target import Target
from patternbank.rendering import UserText

View = dict[str, Any]


def project_view(target: Target) -> View:
    """Names, version and what the environment is told."""
    application = target.application
    return {
        "name": application.slug,
        "title": UserText(application.name),
        "version": application.infrastructure.document.version,
        "description": UserText(_one_line(application.description) or application.name),
        "database": application.slug.replace("-", "_"),
        "max_body_bytes": application.infrastructure.limits.body,
    }


def config_view(target: Target) -> View:
    """The settings whose defaults come from the spec."""
    return {"max_body_bytes": target.application.infrastructure.limits.body}


def main_view(target: Target) -> View:
    """What the document says of itself, and the routers in the order of the entities."""
    application = target.application
    licence = application.infrastructure.document.licence
    return {
        "title": UserText(application.name),
        "description": UserText(application.description),
        "version": UserText(application.infrastructure.document.version),
        "licence": None if licence is None else {"name": UserText(licence)},
        "routers": [target.collection(entity) for entity in target.homes],
    }


def pagination_view(target: Target) -> View:
    """How many rows a page has."""
    wire = target.application.infrastructure.wire
    return {"page_size": wire.page_size, "page_limit": wire.page_limit, "place_limit": wire.place_limit}


def repositories_view(target: Target) -> View:
    """How clients go from page to page."""
    return {"paging": target.application.infrastructure.wire.paging}


def readme_view(target: Target) -> View:
    """What a reader is told first."""
    application = target.application
    return project_view(target) | {
        "paragraphs": [UserText(text) for text in _paragraphs(application.description)],
        "operations": [
            {"method": operation.method, "path": operation.path, "title": UserText(operation.title or operation.name)}
            for operation in application.api.operations
        ],
        "media_type": "application/json"
        if application.infrastructure.wire.problem_format == "detail"
        else "application/problem+json",
        "external": [f"{e.storage.schema_name}.{e.storage.table}" for e in application.domain.entities if e.external],
    }


def _one_line(text: str) -> str:
    return " ".join((_paragraphs(text) or [""])[0].split())


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


VIEWS: Mapping[str, Callable[[Target], View]] = {
    "app.project": project_view,
    "app.cache": project_view,
    "app.config": config_view,
    "app.dependents": dependents_view,
    "app.main": main_view,
    "app.pagination": pagination_view,
    "app.repositories": repositories_view,
    "app.readme": readme_view,
    "app.migration-env": migration_env_view,
    "app.migration": migration_view,
    "app.deletion": deletion_view,
}
"""Capability -> what its pattern sees; capabilities that are not here see nothing."""
