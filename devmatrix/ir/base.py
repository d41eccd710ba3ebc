"""What every node of the typed application has in common."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from devmatrix.diagnostics import Span

NodeId = str
"""A path that names a node and stays the same from run to run, e.g. ``entity:Cart/field:status``."""


class Node(BaseModel):
    """A frozen value; two nodes with the same content are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Placed(Node):
    """A node that stands somewhere in the user's text; nodes that a pass made stand nowhere."""

    span: Span | None = None


def digest_of(node: BaseModel) -> str:
    """SHA-256 over the canonical JSON of a node, places left out (moving text changes nothing)."""
    text = json.dumps(_without_places(node.model_dump(mode="json")), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items() if key != "span"}
    if isinstance(value, list):
        return [_without_places(item) for item in value]
    return value
