"""The index of vectors on Qdrant: sparse structure and words, and a dense text where there is a model."""

from collections.abc import Iterator, Sequence

from qdrant_client import QdrantClient, models

from patternbank.embeddings import SparseVector
from patternbank.errors import IndexMismatchError
from patternbank.indexing.ports import Held, Kind, Named, Point
from patternbank.ports import Ask
from patternbank.stores.vectors.client import SECONDS, QdrantConnection
from patternbank.stores.vectors.filters import KEYWORDS, NUMBERS, filter_of
from patternbank.stores.vectors.naming import BUILDING, alias_of, family, next_build

STRUCTURE, WORDS, TEXT = "structure", "words", "text"
BATCH = 256
NUMBERS_IN_BATCH = 200_000
"""A request may have 32 MiB; a number with its key takes some 30 bytes."""
PAGE = 2000
GONE = 404
EF = 256
_AGAIN = "`patternbank reindex` makes it anew while the old one stays"


class QdrantIndex:
    """See ``VectorIndex`` for the questions."""

    def __init__(
        self,
        url: str,
        api_key: str = "",
        *,
        namespace: str = "",
        model: str = "",
        dimension: int = 0,
        seconds: int = SECONDS,
    ) -> None:
        self._connection = QdrantConnection(url, api_key, seconds=seconds)
        self._family = family(namespace)
        self._alias = alias_of(namespace, model, dimension)
        self._dimension = dimension
        self._checked = ""

    @property
    def place(self) -> str:
        """Say where it is."""
        return self._connection.url

    @property
    def dimension(self) -> int:
        """Give the length of the dense vectors, 0 without a model."""
        return self._dimension

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def live(self) -> str | None:
        """Give the collection behind our alias; raise where only aliases of others are there, or it is not as ours."""
        aliases = self._aliases()
        collection = aliases.get(self._alias)
        if collection is None:
            others = sorted(alias for alias in aliases if not alias.endswith(BUILDING))
            if others:
                raise IndexMismatchError(
                    f"the vector index at {self.place} is {others[0]}, and this release and model need {self._alias}",
                    f"{_AGAIN}; or set PATTERNBANK_MODEL as it was",
                )
            return None
        if collection != self._checked:
            self._check(collection)
            self._checked = collection
        return collection

    def building(self) -> str | None:
        """Give the collection that is being built, if any."""
        return self._aliases().get(self._alias + BUILDING)

    def written(self) -> tuple[str, ...]:
        """Give the collections that a change goes to, the live one first."""
        aliases = self._aliases()
        wanted = (aliases.get(self._alias), aliases.get(self._alias + BUILDING))
        return tuple(dict.fromkeys(name for name in wanted if name is not None))

    def create(self) -> str:
        """Make the next collection, indexes of its payload first, and name it the one being built."""
        name = next_build(self._alias, self._collections())
        dense = {TEXT: models.VectorParams(size=self._dimension, distance=models.Distance.COSINE)}
        sparse = {leg: models.SparseVectorParams(index=models.SparseIndexParams()) for leg in (STRUCTURE, WORDS)}
        try:
            self._connection.call(
                lambda client: client.create_collection(
                    name, vectors_config=dense if self._dimension else {}, sparse_vectors_config=sparse
                )
            )
        except IndexMismatchError:
            if name not in self._collections():
                raise
        for key in (*KEYWORDS, *NUMBERS):
            self._index_payload(name, key)
        self._alter([_named(name, self._alias + BUILDING)])
        return name

    def switch(self, collection: str) -> tuple[str, ...]:
        """Point the alias at what was built, in one step that drops the others, and drop what nobody sees any more."""
        aliases = self._aliases()
        if aliases.get(self._alias + BUILDING) != collection:
            raise IndexMismatchError(
                f"another reindex took over from {collection} at {self.place}", "wait for it, or do it again"
            )
        gone = [models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=name)) for name in aliases]
        self._alter([*gone, _named(collection, self._alias)])
        dropped = self.leftovers()
        for name in dropped:
            self.drop(name)
        return dropped

    def drop(self, collection: str) -> None:
        """Remove a collection."""
        self._connection.call(lambda client: client.delete_collection(collection))

    def leftovers(self) -> tuple[str, ...]:
        """Give the collections of this bank that no alias names."""
        named = set(self._aliases().values())
        return tuple(name for name in self._collections() if name not in named)

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        """Write points whole, in batches."""
        for batch in _batches(points):
            structs = [_struct(point) for point in batch]
            self._connection.call(lambda client, batch=structs: client.upsert(collection, batch, wait=True))  # type: ignore[misc]

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        """Take points away."""
        if ids:
            selected = models.PointIdsList(points=list(ids))
            self._connection.call(lambda client: client.delete(collection, selected, wait=True))

    def held(self, collection: str) -> tuple[Held, ...]:
        """Page through all points, without vectors."""
        found: list[Held] = []
        offset: object = None
        while True:
            records, offset = self._connection.call(lambda client, at=offset: _page(client, collection, at))  # type: ignore[misc]
            found += [Held(id=str(record.id), payload=record.payload or {}) for record in records]
            if offset is None:
                return tuple(sorted(found, key=lambda held: held.id))

    def search(self, ask: Ask, kind: Kind = "version") -> tuple[Named, ...]:
        """Give the best of each leg, in one request with the conditions pushed down to each.

        The outer query ranks what the legs prefetched and leaves none out, for its limit is the sum of theirs: it is
        the dense leg, exactly and not by neighbours, so that every point comes with its cosine, or a fusion where there
        is none. A collection that is dropped while it is asked is gone from under its alias the next time.
        """
        conditions = filter_of(kind, ask.conditions)
        legs = [
            models.Prefetch(query=_sparse(vector), using=leg, filter=conditions, limit=ask.limit)
            for leg, vector in ((STRUCTURE, ask.signature), (WORDS, ask.words))
            if vector
        ]
        dense = list(ask.dense) if self._dimension and ask.dense else None
        if dense:
            nearby = models.SearchParams(hnsw_ef=max(EF, 2 * ask.limit))
            legs.append(models.Prefetch(query=dense, using=TEXT, filter=conditions, limit=ask.limit, params=nearby))
        if not legs:
            return ()
        answer = self._connection.call(
            lambda client: client.query_points(
                self._alias,
                prefetch=legs,
                query=dense or models.FusionQuery(fusion=models.Fusion.RRF),
                using=TEXT if dense else None,
                search_params=models.SearchParams(exact=True) if dense else None,
                limit=ask.limit * len(legs),
                with_payload=["reference"],
            ),
            again=(GONE,),
        )
        return tuple(
            Named(reference=str((point.payload or {})["reference"]), dense=point.score if dense else 0.0)
            for point in answer.points
        )

    def _aliases(self) -> dict[str, str]:
        """Give the collection of each alias of this bank."""
        found = self._connection.call(lambda client: client.get_aliases()).aliases
        return {one.alias_name: one.collection_name for one in found if one.alias_name.startswith(self._family)}

    def _collections(self) -> list[str]:
        found = self._connection.call(lambda client: client.get_collections()).collections
        return sorted(one.name for one in found if one.name.startswith(self._family))

    def _alter(self, changes: Sequence[models.AliasOperations]) -> None:
        self._connection.call(lambda client: client.update_collection_aliases(list(changes)))

    def _index_payload(self, collection: str, key: str) -> None:
        kind = models.PayloadSchemaType.FLOAT if key in NUMBERS else models.PayloadSchemaType.KEYWORD
        self._connection.call(lambda client: client.create_payload_index(collection, key, kind, wait=True))

    def _check(self, collection: str) -> None:
        """Refuse a collection whose vectors are not those that the alias promises."""
        made = self._connection.call(lambda client: client.get_collection(collection)).config.params
        dense = made.vectors if isinstance(made.vectors, dict) else {}
        sizes = {name: params.size for name, params in dense.items()}
        sparse = set(made.sparse_vectors or {})
        if sizes != ({TEXT: self._dimension} if self._dimension else {}) or sparse != {STRUCTURE, WORDS}:
            raise IndexMismatchError(
                f"the vector index {collection} at {self.place} holds {sizes or 'no dense vectors'} and "
                f"{sorted(sparse)}, and not what its name says",
                _AGAIN,
            )


def _page(client: QdrantClient, collection: str, offset: object) -> tuple[Sequence[models.Record], object]:
    return client.scroll(collection, limit=PAGE, offset=offset, with_payload=True, with_vectors=False)  # type: ignore[arg-type]


def _named(collection: str, alias: str) -> models.CreateAliasOperation:
    return models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name=collection, alias_name=alias))


def _batches(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Cut points into what one request may carry."""
    batch: list[Point] = []
    numbers = 0
    for point in points:
        size = len(point.signature) + len(point.words) + len(point.dense)
        if batch and (len(batch) == BATCH or numbers + size > NUMBERS_IN_BATCH):
            yield batch
            batch, numbers = [], 0
        batch.append(point)
        numbers += size
    if batch:
        yield batch


def _struct(point: Point) -> models.PointStruct:
    vectors: dict[str, models.Vector] = {
        name: _sparse(vector) for name, vector in ((STRUCTURE, point.signature), (WORDS, point.words)) if vector
    }
    if point.dense:
        vectors[TEXT] = list(point.dense)
    return models.PointStruct(id=point.id, payload=point.payload, vector=vectors)


def _sparse(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=[key for key, _ in vector], values=[weight for _, weight in vector])
