"""How fast servers find among many patterns, and how fast they take patterns in; each where its address is set."""

import os
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from benchmarks.figures import Figure
from benchmarks.retrieval.fragments import fragments, read_application, spec_texts
from benchmarks.retrieval.shelf import MAKER, distractors
from patternbank.embeddings import signature, text_vector
from patternbank.indexing.points import points_of
from patternbank.opening import named_servers, open_servers
from patternbank.patterns import PatternVersion
from patternbank.ports import Ask, Conditions, Entry, Found
from patternbank.retrieval import Query, rank
from patternbank.stores.vectors import QdrantIndex

POINTS = int(os.environ.get("PATTERNBANK_BENCH_POINTS", "100000"))
CHUNK = 5000
ANY = Conditions()
IMPORTED = 2000


def measure(queries: Sequence[Query]) -> Iterator[Figure]:
    """Search among many points; import, if there is a graph as well and it is empty."""
    url, key = os.environ["PATTERNBANK_QDRANT_URL"], os.environ.get("PATTERNBANK_QDRANT_API_KEY", "")
    index = QdrantIndex(url, key, namespace=f"bench-{uuid.uuid4().hex[:8]}")
    collection = index.create()
    try:
        shelf = _Shelf(index)
        yield shelf.fill(collection)
        index.switch(collection)
        yield from shelf.ask(queries)
    finally:
        index.drop(collection)
        index.close()
    yield from _importing()


class _Shelf:
    """The entries of an index, kept in memory: what is measured is the index and the ranking."""

    def __init__(self, index: QdrantIndex) -> None:
        self._index = index
        self._entries: dict[str, Entry] = {}

    def fill(self, collection: str) -> Figure:
        """Write all points."""
        every = [fragment for text in spec_texts().values() for fragment in fragments(read_application(text))]
        made = distractors(every, count=POINTS)
        seconds = 0.0
        while chunk := [_entry(pattern) for pattern in islice(made, CHUNK)]:
            self._entries |= {entry.reference: entry for entry in chunk}
            points = points_of(chunk, None)
            started = time.perf_counter()
            self._index.upsert(collection, points)
            seconds += time.perf_counter() - started
        rate = POINTS / seconds
        return Figure(f"index of {POINTS} points on Qdrant", seconds, "s", note=f"{rate:.0f} points a second")

    def ask(self, queries: Sequence[Query]) -> Iterator[Figure]:
        """Whole answers, twice: the first round warms up."""
        for query in queries:
            rank(self, query)
        found = []
        for query in queries:
            started = time.perf_counter()
            rank(self, query)
            found.append((time.perf_counter() - started) * 1000)
        found.sort()
        note = f"p50 {found[len(found) // 2]:.2f} ms, the clock on the wall, no model"
        yield Figure(f"retrieval, Qdrant, {POINTS} points, p95", found[int(len(found) * 0.95)], "ms", 20.0, note=note)

    def search(self, ask: Ask) -> tuple[Found, ...]:
        """Ask the index."""
        named = sorted(self._index.search(ask), key=lambda each: each.reference)
        return tuple(Found(entry=self._entries[each.reference], dense=each.dense) for each in named)

    def providing(self, capability: str, conditions: Conditions = ANY, limit: int | None = None) -> tuple[Entry, ...]:
        """Nobody asks: the queries name no capability."""
        raise NotImplementedError(capability, conditions, limit)

    def entries(self, conditions: Conditions = ANY) -> tuple[Entry, ...]:
        """Nobody asks: every query has a text or a structure."""
        raise NotImplementedError(conditions)

    def holders(self, features: Sequence[int]) -> Mapping[int, int]:
        """Take every word as equally rare."""
        return dict.fromkeys(features, POINTS // 100)

    def size(self) -> int:
        """Count the entries."""
        return len(self._entries)

    def read(self, text: str) -> tuple[float, ...]:  # noqa: ARG002 - a bank without a model
        """There is no model."""
        return ()


def _entry(pattern: PatternVersion) -> Entry:
    return Entry(
        manifest=pattern.manifest,
        digest=pattern.digest,
        status=pattern.manifest.status,
        origin="evaluation",
        scores=None,
        signature=signature(pattern.manifest.features),
        words=text_vector(pattern.manifest.text),
    )


def _importing() -> Iterator[Figure]:
    """Take patterns into graph and index; a graph that holds anything is left alone."""
    servers = named_servers({"PATTERNBANK_NEO4J_URL": "", **_without_index_alone()})
    if servers is None:
        print("import to the servers: skipped, PATTERNBANK_NEO4J_URL is not set")
        return
    store = open_servers(servers)
    try:
        if store.size():
            print(f"import to the servers: skipped, {servers.neo4j} holds patterns; name an empty one")
            return
        every = [fragment for text in spec_texts().values() for fragment in fragments(read_application(text))]
        patterns = list(distractors(every, count=IMPORTED))
        started = time.perf_counter()
        store.add(patterns, MAKER)
        seconds = time.perf_counter() - started
    finally:
        store.close()
    yield Figure(f"import, servers, {IMPORTED} patterns", seconds, "s", 4.0, note=f"{IMPORTED / seconds:.0f} a second")


def _without_index_alone() -> dict[str, str]:
    """The environment, but for an index that stands alone: that is no bank."""
    return dict(os.environ) if os.environ.get("PATTERNBANK_NEO4J_URL") else {}
