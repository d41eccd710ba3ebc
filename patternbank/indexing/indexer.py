"""Carry what waits in the outbox over to the index."""

from patternbank.embeddings.dense import Encoder
from patternbank.errors import IndexMismatchError
from patternbank.indexing.points import point_id
from patternbank.indexing.ports import GraphStore, VectorIndex
from patternbank.indexing.reindex import reindex
from patternbank.indexing.settle import settle

BATCH = 500
BY_ITSELF = 2000
"""How many versions an index that is not there at all is made of without being asked."""


def drain(graph: GraphStore, index: VectorIndex, encoder: Encoder | None = None) -> int:
    """Index every change that waits, oldest first; give how many rows there were.

    A row is acknowledged after its change is in the index and no sooner: a kill in between does it again, and the
    same change twice is the same as once.
    """
    done = 0
    while rows := graph.pending(BATCH):
        if not done:
            require_index(graph, index, encoder)
        gone = {point_id(row.kind, row.reference, row.digest) for row in rows if row.operation == "delete"}
        settle(graph, index, encoder, {(row.kind, row.reference) for row in rows}, gone=gone)
        graph.acknowledge([row.number for row in rows])
        done += len(rows)
    return done


def require_index(graph: GraphStore, index: VectorIndex, encoder: Encoder | None) -> None:
    """See that there is a collection of ours to write to; a small bank's is made here and now, by whoever is first."""
    if index.live() is not None:
        return
    if graph.size() > BY_ITSELF:
        raise IndexMismatchError(
            f"there is no index at {index.place} for the {graph.size()} versions of the bank",
            "make it with `patternbank reindex`, or correct PATTERNBANK_QDRANT_URL",
        )
    try:
        reindex(graph, index, encoder)
    except IndexMismatchError:
        if index.live() is None:
            raise
