"""Turn what the graph says into points of the index: the same contents give the same point."""

import uuid
from collections.abc import Sequence

from pydantic import JsonValue

from patternbank.embeddings import SIGNATURE_VERSION
from patternbank.embeddings.dense import Encoder
from patternbank.indexing.ports import Kind, Point
from patternbank.ports import Entry
from patternbank.records import ApplicationRecord

Thing = Entry | ApplicationRecord
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://patternbank.invalid/points")


def point_id(kind: Kind, reference: str, digest: str, fragment: str = "") -> str:
    """Give the id that these contents always have; an empty fragment is the whole."""
    return str(uuid.uuid5(_SPACE, "\x1f".join((kind, reference, fragment, str(SIGNATURE_VERSION), digest))))


def id_of(thing: Thing) -> str:
    """Give the id of a thing's point."""
    if isinstance(thing, Entry):
        return point_id("version", thing.reference, thing.digest)
    return point_id("application", thing.id, thing.id)


def payload_of(thing: Thing) -> dict[str, JsonValue]:
    """Give what conditions look at."""
    if isinstance(thing, ApplicationRecord):
        return {"kind": "application", "reference": thing.id, "digest": thing.id, "stack": list(thing.stack)}
    payload: dict[str, JsonValue] = {
        "kind": "version",
        "reference": thing.reference,
        "digest": thing.digest,
        "capability": list(thing.manifest.capabilities),
        "status": thing.status.value,
        "stack": list(thing.manifest.stack),
    }
    return payload if thing.scores is None else {**payload, "least": thing.scores.least}


def points_of(things: Sequence[Thing], encoder: Encoder | None) -> tuple[Point, ...]:
    """Give the points of things, with dense vectors where there is a model."""
    texts = [thing.manifest.text for thing in things if isinstance(thing, Entry)]
    dense = iter(encoder.encode(texts) if encoder and texts else ())
    return tuple(_point(thing, next(dense) if encoder and isinstance(thing, Entry) else ()) for thing in things)


def _point(thing: Thing, dense: tuple[float, ...]) -> Point:
    words = thing.words if isinstance(thing, Entry) else ()
    return Point(id=id_of(thing), payload=payload_of(thing), signature=thing.signature, words=words, dense=dense)
