"""Write the example views of the patterns that build entities and operations; `make accept` runs it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from devmatrix.artifacts.scenarios import StoredRow, StoredValue
from devmatrix.artifacts.terms import Given, Instant, Items
from devmatrix.backend.fastapi.entities import choices_view, constraints_view, entity_view
from devmatrix.backend.fastapi.operations import operation_view, service_view
from devmatrix.backend.fastapi.project import VIEWS
from devmatrix.backend.fastapi.repositories import repository_view
from devmatrix.backend.fastapi.schemas import entity_schemas_view
from devmatrix.backend.fastapi.seed_script import seed_script_view
from devmatrix.backend.fastapi.target import Target
from devmatrix.frontend import read_spec
from devmatrix.passes import refine
from patternbank.patterns import read_pattern

ROOT = Path(__file__).parents[2]
PATTERNS = ROOT / "seeds" / "patterns"
SPEC = ROOT / "seeds" / "specs" / "playlists_api.md"
SHOP = ROOT / "seeds" / "specs" / "ecommerce_api.md"
WHOLE = Path(__file__).parent / "example.md"
"""Has what only the patterns of a whole application see: a schema, tables of others, cycles, numbered rows."""


def example_views() -> Iterator[tuple[str, dict[str, Any]]]:
    """Pattern -> the view of a node of the example that shows what it makes."""
    application, _ = read_spec(SPEC.read_text(), SPEC.name)
    assert application is not None
    application = refine(application)
    target = Target(application)
    entity = application.entity("PlaylistEntry")
    operations = {o.wire: operation_view(target, o) for o in application.api.operations}
    yield "app-choices", choices_view(target)
    yield "app-constraints", constraints_view(target)
    yield "app-entities", {"entities": [{"name": "Playlist", "module": "playlist"}]}
    yield "entity-model", entity_view(target, entity)
    yield "entity-schemas", entity_schemas_view(target, entity)
    yield "entity-repository", repository_view(target, entity)
    service = service_view(target, application.entity("Playlist"), [operations["publish_playlist"]])
    yield "entity-service", service
    yield "entity-router", service
    yield "operation-list-offset", operations["list_tracks"]
    yield "operation-list-keyset", keyset_operations()["list_tracks"]
    yield "operation-read", operations["read_track"]
    yield "operation-read-cached", operations["read_track"]
    yield "operation-write-locking", operations["copy_playlist"]
    yield "operation-write-optimistic", optimistic_operations()["restock_product"]
    yield "app-deletion-archived", archived_deletion()


def archived_deletion() -> dict[str, Any]:
    """What becomes of the deleted rows of the example where they are kept."""
    text = WHOLE.read_text().replace("- keys: integer\n", "- keys: integer\n- deletes: archived\n", 1)
    application, _ = read_spec(text, WHOLE.name)
    assert application is not None
    assert application.archive is not None
    return VIEWS["app.deletion"](Target(refine(application)))


def keyset_operations() -> dict[str, dict[str, Any]]:
    """The operations of the example when its lists go on from where a page ended."""
    text = SPEC.read_text().replace("## Entities\n", "## Settings\n\n- paging: keyset\n\n## Entities\n", 1)
    application, _ = read_spec(text, SPEC.name)
    assert application is not None
    assert application.infrastructure.wire.paging == "keyset"
    target = Target(refine(application))
    return {o.wire: operation_view(target, o) for o in target.application.api.operations}


def optimistic_operations() -> dict[str, dict[str, Any]]:
    """The operations of a shop whose rows are written without a lock where a single row is all that counts."""
    text = SHOP.read_text().replace("## Entities\n", "## Settings\n\n- locking: optimistic\n\n## Entities\n", 1)
    application, _ = read_spec(text, SHOP.name)
    assert application is not None
    assert application.infrastructure.storage.locking == "optimistic"
    target = Target(refine(application))
    return {o.wire: operation_view(target, o) for o in target.application.api.operations}


def plain_views(known: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The patterns that build an application's own files, each with the view of its capability."""
    application, _ = read_spec(WHOLE.read_text(), WHOLE.name)
    assert application is not None
    target = Target(refine(application))
    for folder in sorted(PATTERNS.iterdir()):
        if folder.name in known or not (folder / "pattern.yaml").is_file():
            continue
        capability = read_pattern(folder).manifest.capability
        if capability == "app.seed-script":
            yield folder.name, seed_script_view(target, SEEDS)
        else:
            yield folder.name, VIEWS[capability](target) if capability in VIEWS else {}


def write_base(folder: Path, view: dict[str, Any]) -> None:
    """The classes and the router that fragments go into."""
    path = view["path"]
    stands = {
        f"src/services/{path['entity']}.py": f'"""A service."""\n\n\nclass {path["service"]}:\n    """Operations."""\n',
        f"src/repositories/{path['listed']}.py": f'"""Rows."""\n\n\nclass {path["repository"]}:\n    """Rows."""\n',
        f"src/api/routes/{path['routes']}.py": ROUTER,
        f"src/models/schemas/{path['listed']}.py": '"""Schemas."""\n',
    }
    for name, text in stands.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


A_MINUTE_AGO = Instant(type="datetime", microseconds=-60_000_000)
ROUTER = '"""Routes."""\n\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n'


def stored(table: str, *values: tuple[str, str, Any]) -> StoredRow:
    """A row of a seed script; values that are no terms are fixed."""
    terms = [(column, kind, Given(value=v) if isinstance(v, str | int | None) else v) for column, kind, v in values]
    stamps = [(column, "timestamptz", A_MINUTE_AGO) for column in ("created_at", "updated_at")]
    return StoredRow(
        schema_name="parcels",
        table=table,
        values=tuple(StoredValue(column=column, type=kind, value=term) for column, kind, term in [*terms, *stamps]),
    )


SEEDS = (
    stored("labels", ("code", "text", "a:b")),
    stored("shelves", ("id", "bigint", 1), ("name", "text", "name 1"), ("next_id", "bigint", None)),
    stored(
        "parcels",
        ("id", "bigint", 1),
        ("weight", "numeric(6, 2)", "1.50"),
        ("state", "text", "WAITING"),
        ("sizes", "jsonb", Items(items=(Given(value=1), Given(value=2)))),
        ("shelf_id", "bigint", 1),
    ),
)


if __name__ == "__main__":
    views = dict(example_views())
    views |= dict(plain_views(set(views)))
    for pattern, view in views.items():
        example = PATTERNS / pattern / "example"
        example.mkdir(exist_ok=True)
        (example / "view.json").write_text(json.dumps(view, indent=1) + "\n")
        if pattern.startswith("operation-"):
            write_base(example / "base", view)
