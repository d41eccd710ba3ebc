"""Compare the index with the graph, both ways, and bring it in line."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from patternbank.embeddings.dense import Encoder
from patternbank.indexing.points import Thing, id_of, payload_of
from patternbank.indexing.ports import GraphStore, VectorIndex
from patternbank.indexing.settle import Key, settle
from patternbank.ports import Entry
from patternbank.values import Frozen

PAGE = 500


class Differences(Frozen):
    """What the index lacks, has too much of, or knows as it was."""

    missing: tuple[Key, ...] = ()
    stale: tuple[Key, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    """Ids of points that nothing in the graph has, each with the reference that it claims."""
    agreeing: int = 0

    @property
    def found(self) -> bool:
        """Say whether there is any."""
        return bool(self.missing or self.stale or self.extra)


def compare(graph: GraphStore, index: VectorIndex, collection: str) -> Differences:
    """Look at every point and at everything in the graph.

    The index is read first: what is written meanwhile can seem to be missing, which does no harm, and never extra.
    """
    held = {point.id: point.payload for point in index.held(collection)}
    missing, stale, agreeing = [], [], 0
    for thing in everything(graph):
        payload = held.pop(id_of(thing), None)
        if payload is None:
            missing.append(key_of(thing))
        elif payload != payload_of(thing):
            stale.append(key_of(thing))
        else:
            agreeing += 1
    extra = tuple(sorted((point, _claimed(payload)) for point, payload in held.items()))
    return Differences(missing=tuple(missing), stale=tuple(stale), extra=extra, agreeing=agreeing)


def repair(
    graph: GraphStore, index: VectorIndex, encoder: Encoder | None, collection: str, differences: Differences
) -> None:
    """Write what is missing or stale, and take away what is extra; a second time changes nothing."""
    keys = (*differences.missing, *differences.stale)
    for start in range(0, len(keys), PAGE):
        settle(graph, index, encoder, keys[start : start + PAGE], only=collection)
    if differences.extra:
        claimed: set[Key] = {("version", reference) for _, reference in differences.extra}
        claimed |= {("application", reference) for _, reference in differences.extra}
        settle(graph, index, encoder, claimed, gone=[point for point, _ in differences.extra], only=collection)


def everything(graph: GraphStore) -> Iterator[Thing]:
    """Page through all versions and applications."""
    after = ""
    while entries := graph.entries(after=after, limit=PAGE):
        yield from entries
        after = entries[-1].reference
    after = ""
    while applications := graph.applications(after=after, limit=PAGE):
        yield from applications
        after = applications[-1].id


def key_of(thing: Thing) -> Key:
    """Give kind and reference."""
    return ("version", thing.reference) if isinstance(thing, Entry) else ("application", thing.id)


def counted(keys: Sequence[Key]) -> str:
    """Name the first few of many."""
    shown = ", ".join(reference for _, reference in keys[:5])
    return f"{shown}, …" if len(keys) > 5 else shown


def _claimed(payload: dict[str, JsonValue]) -> str:
    return str(payload.get("reference", ""))
