"""Bring points of the index to what the graph says now, whoever else writes at the same time."""

from collections.abc import Collection, Sequence

from patternbank.embeddings.dense import Encoder
from patternbank.errors import IndexMismatchError, IndexUnreachableError
from patternbank.indexing.points import Thing, id_of, payload_of, points_of
from patternbank.indexing.ports import GraphStore, Kind, VectorIndex

Key = tuple[Kind, str]
ROUNDS = 20


def settle(
    graph: GraphStore,
    index: VectorIndex,
    encoder: Encoder | None,
    keys: Collection[Key],
    *,
    gone: Collection[str] = (),
    only: str = "",
) -> None:
    """Write the points of things and take those away that are ``gone``, until graph and index agree.

    Somebody else may change a thing, or begin a new collection, between reading the graph and writing the index: so
    both are looked at again after the write, and only what did not change meanwhile is done; a collection that was
    dropped meanwhile is none to be written. ``only`` names the one collection to write; otherwise it is those that
    readers see or will see.
    """
    wrong = set(gone)
    for _ in range(ROUNDS):
        targets = (only,) if only else index.written()
        things = things_of(graph, keys)
        points = points_of(things, encoder)
        current = {point.id: point.payload for point in points}
        try:
            for collection in targets:
                index.upsert(collection, points)
                index.delete(collection, sorted(wrong - set(current)))
        except IndexMismatchError:
            if only or targets == index.written():
                raise
            wrong |= set(current)
            continue
        if current == _described(things_of(graph, keys)) and targets == ((only,) if only else index.written()):
            return
        wrong |= set(current)
    raise IndexUnreachableError(
        f"{len(keys)} changes do not come to rest in the index at {index.place}", "try again when fewer others write"
    )


def things_of(graph: GraphStore, keys: Collection[Key]) -> tuple[Thing, ...]:
    """Give the things as they are now; what is not there is left out."""
    versions = _of("version", keys)
    applications = _of("application", keys)
    return (
        *(graph.pick(versions) if versions else ()),
        *(graph.pick_applications(applications) if applications else ()),
    )


def _of(kind: Kind, keys: Collection[Key]) -> Sequence[str]:
    return sorted({reference for found, reference in keys if found == kind})


def _described(things: Sequence[Thing]) -> dict[str, object]:
    return {id_of(thing): payload_of(thing) for thing in things}
