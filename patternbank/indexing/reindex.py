"""Build a new collection while readers use the old one, and let them see it when it is whole."""

from patternbank.embeddings.dense import Encoder
from patternbank.errors import IndexUnreachableError
from patternbank.indexing.comparing import compare, repair
from patternbank.indexing.ports import GraphStore, VectorIndex
from patternbank.values import Frozen

ROUNDS = 20


class Rebuilt(Frozen):
    """The collection that readers see now, what is in it, and what was dropped for it."""

    collection: str
    points: int
    resumed: bool
    dropped: tuple[str, ...]


def reindex(graph: GraphStore, index: VectorIndex, encoder: Encoder | None = None) -> Rebuilt:
    """Fill a new collection from the graph and switch to it.

    From the moment that it is named as the one being built every writer writes it too, so nothing that changes
    meanwhile is lost. After a kill the next run goes on with the collection that it finds half-built.
    """
    found = index.building()
    collection = found or index.create()
    for _ in range(ROUNDS):
        differences = compare(graph, index, collection)
        if not differences.found:
            break
        repair(graph, index, encoder, collection, differences)
    else:
        raise IndexUnreachableError(f"{collection} does not come to rest", "try again when fewer others write")
    dropped = index.switch(collection)
    return Rebuilt(collection=collection, points=differences.agreeing, resumed=found is not None, dropped=dropped)
