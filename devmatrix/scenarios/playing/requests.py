"""A request as the model plays it: addresses by row or by literal key, a body of plain values, or raw bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.world import Row, World
from devmatrix.ir.api import Operation
from devmatrix.ir.base import NodeId
from devmatrix.ir.domain import Sorting
from devmatrix.scenarios.playing.staging import Stage


@dataclass(frozen=True)
class Literally:
    """A key in a path that is no row's."""

    key: Any


@dataclass(frozen=True)
class Sent:
    """A JSON value that is sent as it is, whatever the input's type."""

    value: Any


@dataclass(frozen=True)
class Place:
    """Where a page ended: at a row as it was then, of a list in an order. ``name``: under which its text is kept.

    ``damage`` is put behind the text, which names no place then.
    """

    operation: NodeId
    sorting: tuple[Sorting, ...]
    last: Row
    name: str = ""
    damage: str = ""


@dataclass(frozen=True)
class Request:
    """One call. ``body``: wire name -> value of the model or ``Sent``; None: none at all.

    ``raw``: bytes instead of a body.
    """

    operation: Operation
    addresses: Mapping[str, Ref | Literally]
    body: Mapping[str, Any] | None = None
    query: tuple[tuple[str, Any], ...] = ()
    raw: str | None = None
    media_type: str | None = "application/json"

    def at(self, variable: str, address: "Ref | Literally") -> "Request":
        """The same request with another row or key in its path."""
        return replace(self, addresses={**self.addresses, variable: address})

    def again(self, before: World, after: World) -> "Request":
        """The same request once more, its path spelt as before although rows in it may be gone."""
        rows = {name: at for name, at in self.addresses.items() if isinstance(at, Ref) and at not in after.rows}
        return replace(
            self, addresses={**self.addresses, **{n: Literally(before.rows[at].key) for n, at in rows.items()}}
        )

    def with_member(self, wire: str, value: Any) -> "Request":
        """The same request with one member of the body set."""
        return replace(self, body={**(self.body or {}), wire: value})

    def without_member(self, wire: str) -> "Request":
        """The same request with one member of the body left out."""
        return replace(self, body={name: value for name, value in (self.body or {}).items() if name != wire})

    def asking(self, *query: tuple[str, Any]) -> "Request":
        """The same request with these query parameters."""
        return replace(self, query=query)

    def in_bytes(self, raw: str, media_type: str | None = "application/json") -> "Request":
        """The same request with these bytes for a body."""
        return replace(self, raw=raw, media_type=media_type)


def request_of(operation: Operation, stage: Stage) -> Request:
    """The call of a situation."""
    addresses = {variable: Ref(label) for variable, label in stage.situation.addresses}
    body = None
    if operation.body:
        body = {item.wire: stage.inputs[item.name] for item in operation.body if item.name in stage.inputs}
    return Request(operation, addresses, body)
