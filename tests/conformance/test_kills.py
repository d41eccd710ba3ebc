"""Whoever is killed, and whenever: nothing of a transaction is half there, and the doctor finds and mends the rest.

``DEVMATRIX_KILLS`` says how many points are tried; ``make prove-bank`` tries 30 of each.
"""

import multiprocessing
import os
import random
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from patternbank.indexing.doctor import examine, mend
from patternbank.stores.server import ServerStore
from tests.conformance import killing
from tests.servers import GraphServer, free_port, running_graph
from tests.vectors import IndexPlace

POINTS = int(os.environ.get("DEVMATRIX_KILLS", "4"))
SERVER_POINTS = int(os.environ.get("DEVMATRIX_KILLS", "1"))
WHOLE = killing.CHUNKS * killing.IN_CHUNK
PATIENCE = 300


def run(kind: str, server: GraphServer, place: IndexPlace, fatal: int = 0, victim: int = 0) -> tuple[int | None, int]:
    """Do the work in a process of its own; give how it ended, and how many steps it took."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.conformance.killing"])
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "steps"
        given = (kind, server.address, place, fatal, victim, str(told))
        process = context.Process(target=killing.work, args=given)
        process.start()
        process.join(PATIENCE)
        assert process.exitcode is not None, "the work does not end"
        return process.exitcode, int(told.read_text()) if told.is_file() else 0


def opened(server: GraphServer, place: IndexPlace) -> ServerStore:
    return ServerStore(*server.address, index=place.open())


def check_whole_chunks(store: ServerStore) -> None:
    """A transaction is there completely or not at all, with its contents, before anything is mended."""
    held = {entry.reference for entry in store.entries()}
    for number in range(killing.CHUNKS):
        expected = {pattern.reference for pattern in killing.chunk(number)}
        assert held & expected in (set(), expected)
    assert all(store.contents(entry.digest) for entry in store.entries())


def check_nothing_lost_or_doubled(store: ServerStore, versions: int) -> None:
    seen = mend(store, store.index)
    assert seen.healthy, seen.findings
    assert examine(store, store.index).healthy
    assert seen.collection is not None
    points = store.index.held(seen.collection)
    references = sorted(str(point.payload["reference"]) for point in points)
    assert references == sorted(entry.reference for entry in store.entries())
    assert len(set(references)) == len(references) == store.size() == versions


def fatal_steps(steps: int, count: int, seed: str) -> list[int]:
    chance = random.Random(seed)
    return sorted(chance.sample(range(1, steps + 1), min(count, steps)))


def finish(server: GraphServer, place: IndexPlace) -> None:
    """Mend what a kill left, do the work again to its end, and look whether everything is there once."""
    store = opened(server, place)
    try:
        check_whole_chunks(store)
        check_nothing_lost_or_doubled(store, store.size())
        killing.bring_in(store)
        check_nothing_lost_or_doubled(store, WHOLE)
        assert all(len(store.history(f"c{number}.p00", "1.0.0")) == 2 for number in range(killing.CHUNKS))
    finally:
        store.close()


def test_an_import_that_is_killed_loses_and_doubles_nothing(
    graph_server: GraphServer, index_place: IndexPlace, tmp_path: Path
) -> None:
    """The importing process is killed between any two steps."""
    graph_server.empty()
    ended, steps = run("import", graph_server, index_place)
    assert ended == 0
    finish(graph_server, index_place)
    for number, fatal in enumerate(fatal_steps(steps, POINTS, "import")):
        graph_server.empty()
        place = elsewhere(index_place, tmp_path, number)
        assert run("import", graph_server, place, fatal)[0] == -signal.SIGKILL
        finish(graph_server, place)


def test_a_reindex_that_is_killed_loses_and_doubles_nothing(graph_server: GraphServer, index_place: IndexPlace) -> None:
    """The reindexing process is killed between any two steps; readers always find everything."""
    graph_server.empty()
    store = opened(graph_server, index_place)
    killing.bring_in(store)
    store.close()
    ended, steps = run("reindex", graph_server, index_place)
    assert ended == 0
    for fatal in fatal_steps(steps, POINTS, "reindex"):
        assert run("reindex", graph_server, index_place, fatal)[0] == -signal.SIGKILL
        store = opened(graph_server, index_place)
        try:
            live = store.index.live()
            assert live is not None
            assert len(store.index.held(live)) == WHOLE
            check_nothing_lost_or_doubled(store, WHOLE)
        finally:
            store.close()


@pytest.fixture
def mortal_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Mortal"]:
    """A Neo4j of our own that may be killed and started again on what it left."""
    found = Mortal(tmp_path_factory.mktemp("mortal"))
    yield found
    found.stop()


class Mortal:
    """A server that is started again in the same folder, at the same ports."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._ports = {"bolt": free_port(), "http": free_port()}
        self._running = running_graph(home, **self._ports)
        self.server = self._running.__enter__()
        _migrate(self.server)

    def start_again(self) -> None:
        """Start what was killed."""
        self.stop()
        self._running = running_graph(self._home, **self._ports)
        self.server = self._running.__enter__()

    def stop(self) -> None:
        """End the server, and the script that watches it."""
        self._running.__exit__(None, None, None)


def _migrate(server: GraphServer) -> None:
    from tests.servers import _migrated

    _migrated(server)


@pytest.mark.needs_server
def test_a_graph_that_is_killed_loses_and_doubles_nothing(
    mortal_graph: Mortal, index_place: IndexPlace, tmp_path: Path
) -> None:
    """Neo4j is killed in the middle of an import and of a reindex; what it had confirmed is there when it is back."""
    places = iter(range(1000))
    mortal_graph.server.empty()
    steps = {"import": run("import", mortal_graph.server, index_place)[1]}
    steps["reindex"] = run("reindex", mortal_graph.server, index_place)[1]
    for kind, share in (("import", (SERVER_POINTS + 1) // 2), ("reindex", SERVER_POINTS // 2)):
        for fatal in fatal_steps(steps[kind], share, f"graph {kind}"):
            place = elsewhere(index_place, tmp_path, next(places))
            mortal_graph.server.empty()
            if kind == "reindex":
                store = opened(mortal_graph.server, place)
                killing.bring_in(store)
                store.close()
            ended, _ = run(kind, mortal_graph.server, place, fatal, mortal_graph.server.pid)
            assert ended in (0, killing.LEFT_ALONE)
            mortal_graph.start_again()
            finish(mortal_graph.server, place)


def elsewhere(place: IndexPlace, folder: Path, number: int) -> IndexPlace:
    """A new empty place of the same kind."""
    if place.namespace:
        return place.model_copy(update={"namespace": f"{place.namespace}-{number}"})
    return place.model_copy(update={"url": f"local:{folder / f'qdrant-{number}'}"})
