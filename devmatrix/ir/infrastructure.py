"""What the application stands on: settings as typed nodes with an owner, storage, limits."""

from typing import Literal

from devmatrix.ir.base import Node


class WireSettings(Node):
    """How things travel."""

    base_path: str = ""
    page_size: int = 50
    page_limit: int = 200
    problem_format: Literal["problem+json", "detail"] = "problem+json"
    paging: Literal["offset", "keyset"] = "offset"
    """How a client goes from page to page: by a number of rows to skip, or from where the last page ended."""
    place_limit: int = 20_000
    """Characters of the text that says where a page ended."""


class StorageSettings(Node):
    """How rows are kept unless an entity says otherwise."""

    schema_name: str = "public"
    keys: Literal["uuid", "integer"] = "uuid"
    timestamps: bool = True
    locking: Literal["pessimistic", "optimistic"] = "pessimistic"
    """Who writes a row takes it first; or, where a single row is all that counts, notices that another was first."""
    deletes: Literal["hard", "archived"] = "hard"
    """What becomes of a row that is deleted: nothing, or it is kept in the archive as it last stood."""
    reads: Literal["plain", "cached"] = "plain"
    """Whether answers of reads are kept beside the database, where there is a Redis, until something is written."""


class LimitSettings(Node):
    """Bounds of a whole call; ``body`` in bytes."""

    body: int = 2_000_000


class DocumentSettings(Node):
    """What the document says of itself."""

    language: int = 1
    version: str = "0.1.0"
    licence: str | None = None


class Infrastructure(Node):
    """All settings, each with an owner."""

    wire: WireSettings = WireSettings()
    storage: StorageSettings = StorageSettings()
    limits: LimitSettings = LimitSettings()
    document: DocumentSettings = DocumentSettings()
