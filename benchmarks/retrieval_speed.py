"""How fast the bank finds and takes in: embedded always, on servers where their addresses are set."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure
from benchmarks.retrieval.cases import cases
from benchmarks.retrieval.fragments import fragments, read_application, spec_texts
from benchmarks.retrieval.shelf import MAKER, Shelf, distractors
from patternbank.bank import Bank
from patternbank.embeddings import signature
from patternbank.patterns import PatternVersion
from patternbank.retrieval import Query
from patternbank.stores.embedded import EmbeddedStore

SMALL, IMPORTED, LARGE = 1000, 4000, 100_000
ASKED = 200
URL = "PATTERNBANK_QDRANT_URL"


def measure() -> Iterator[Figure]:
    """Search at a thousand, import, and the servers."""
    shelf = Shelf()
    queries = [case.query for case in cases(shelf)][::3][:ASKED]
    more = made(IMPORTED)
    patterns = [*shelf.patterns, *more][:SMALL]
    yield from embedded(patterns, queries)
    yield from importing(more)
    if os.environ.get(URL):
        from benchmarks.retrieval_servers import measure as measure_servers

        yield from measure_servers(queries)
    else:
        print(f"retrieval at {LARGE} on a Qdrant server: skipped, {URL} is not set")


def made(count: int) -> list[PatternVersion]:
    """Patterns by chance, with names of their own."""
    every = [fragment for text in spec_texts().values() for fragment in fragments(read_application(text))]
    return list(distractors(every, count=count))


def embedded(patterns: Sequence[PatternVersion], queries: Sequence[Query]) -> Iterator[Figure]:
    """Whole answers of a bank, against a plain cosine search without filters."""
    store = EmbeddedStore()
    store.add(patterns, MAKER)
    with Bank(store) as bank:
        ranked = times(bank.rank, queries)
        note = f"p50 {middle(ranked):.2f} ms, {len(patterns)} patterns, seconds of the processor"
        yield Figure("retrieval, embedded, p95", p95(ranked), "ms", 5.0, note=note)
        vectors = [signature(query.structure) for query in queries if query.structure is not None]
        plain = times(lambda vector: store.near(vector, 10), vectors)
        scan = times(_scan(patterns), vectors)
    yield Figure("retrieval, embedded, structure alone, p95", p95(plain), "ms")
    yield Figure("retrieval, plain cosine over dense rows, p95", p95(scan), "ms")
    yield Figure("retrieval, whole answer to plain cosine", middle(ranked) / middle(scan), "x")


def _scan(patterns: Sequence[PatternVersion]) -> Callable[[object], object]:
    """The simplest search there is: a matrix of all signatures times one, and the best ten."""
    signed = [dict(signature(pattern.manifest.features)) for pattern in patterns]
    place = {key: number for number, key in enumerate(sorted({key for vector in signed for key in vector}))}
    matrix = np.zeros((len(signed), len(place)), dtype=np.float32)
    for row, vector in enumerate(signed):
        for key, weight in vector.items():
            matrix[row, place[key]] = weight

    def search(vector: object) -> object:
        asked = np.zeros(len(place), dtype=np.float32)
        for key, weight in vector:  # type: ignore[attr-defined]
            if key in place:
                asked[place[key]] = weight
        return np.argsort(-(matrix @ asked))[:10]

    return search


def importing(patterns: Sequence[PatternVersion]) -> Iterator[Figure]:
    """Patterns a second into a new file, in one transaction."""
    fresh = [PatternVersion.model_validate_json(pattern.model_dump_json(by_alias=True)) for pattern in patterns]
    with tempfile.TemporaryDirectory() as folder, EmbeddedStore(Path(folder) / "bank.sqlite") as store:
        started = time.process_time()
        store.add(fresh, MAKER)
        seconds = time.process_time() - started
    rate = len(patterns) / seconds
    yield Figure("import, embedded, 1 000 patterns", 1000 / rate, "s", 0.5, note=f"{rate:.0f} patterns a second")


def times(call: Callable[..., object], asked: Sequence[object]) -> list[float]:
    """Milliseconds of the processor for each question, sorted; the first round warms up."""
    for one in asked:
        call(one)
    found = []
    for one in asked:
        started = time.process_time()
        call(one)
        found.append((time.process_time() - started) * 1000)
    return sorted(found)


def p95(sorted_times: Sequence[float]) -> float:
    """The time that 95 of 100 stay below."""
    return sorted_times[int(len(sorted_times) * 0.95)]


def middle(sorted_times: Sequence[float]) -> float:
    """The time in the middle."""
    return sorted_times[len(sorted_times) // 2]
