"""What indexing asks of the graph, which is the truth, and of the index of vectors, which can be made anew."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import Field, JsonValue

from patternbank.embeddings import SparseVector
from patternbank.ports import Ask, Entry, Store
from patternbank.records import ApplicationRecord
from patternbank.values import Frozen

Kind = Literal["version", "application"]


class Pending(Frozen):
    """A row of the outbox: something changed that the index has to learn.

    ``reference`` is ``name@version`` or an application's id. ``digest`` is that of the contents (the id for an
    application). ``delete`` takes the point of these contents away (they were reissued); for the others the indexer
    reads the state of now from the graph, so that rows may be applied twice and in any order.
    """

    number: int = Field(ge=0)
    operation: Literal["upsert", "payload", "delete"]
    kind: Kind
    reference: str
    digest: str


class GraphStore(Store, Protocol):
    """The truth: all questions of a store, and the outbox that is written in the transaction of each change."""

    def pick(self, references: Sequence[str]) -> tuple[Entry, ...]:
        """Give the versions with these references that there are, sorted by reference, in one query."""

    def pick_applications(self, ids: Sequence[str]) -> tuple[ApplicationRecord, ...]:
        """Give the applications with these ids that there are, sorted by id, in one query."""

    def pending(self, limit: int) -> tuple[Pending, ...]:
        """Give the oldest rows of the outbox, by number."""

    def waiting(self) -> int:
        """Count the rows of the outbox."""

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Take rows out of the outbox; numbers that are gone are no error."""


class Point(Frozen):
    """What the index holds of one version or application."""

    id: str
    payload: dict[str, JsonValue]
    signature: SparseVector = ()
    words: SparseVector = ()
    dense: tuple[float, ...] = ()


class Held(Frozen):
    """What the index says it holds: an id and its payload, without vectors."""

    id: str
    payload: dict[str, JsonValue]


class Named(Frozen):
    """A reference that the index names, with the cosine of its dense vector where one was asked for."""

    reference: str
    dense: float = 0.0


class VectorIndex(Protocol):
    """Collections of points, of which readers see one through an alias; while another is built, both are written."""

    @property
    def place(self) -> str:
        """Say where it is, for messages."""

    @property
    def dimension(self) -> int:
        """Give the length of the dense vectors, 0 without a model."""

    def live(self) -> str | None:
        """Give the collection that readers see; raise where it was made for other signatures or another model."""

    def building(self) -> str | None:
        """Give the collection that is being built, if any."""

    def written(self) -> tuple[str, ...]:
        """Give the collections that a change goes to: the live one, and the one that is being built."""

    def create(self) -> str:
        """Make the next collection with its payload indexes, as the one being built; give its name."""

    def switch(self, collection: str) -> tuple[str, ...]:
        """Let readers see the collection that was built, at once; give the collections that were dropped after it."""

    def leftovers(self) -> tuple[str, ...]:
        """Give the collections of this bank that no alias names."""

    def drop(self, collection: str) -> None:
        """Remove a collection that nobody sees."""

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        """Write points whole; the same again changes nothing."""

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        """Take points away; ids that are not there are no error."""

    def held(self, collection: str) -> tuple[Held, ...]:
        """Give all points without their vectors, by id."""

    def search(self, ask: Ask, kind: Kind = "version") -> tuple[Named, ...]:
        """Give the best of each leg under the conditions, together, in one request."""

    def close(self) -> None:
        """Let go of the connection."""
