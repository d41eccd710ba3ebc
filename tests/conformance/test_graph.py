"""What only a graph on a server can suffer: broken wires, rules that fail half-way, silence, strangers."""

import multiprocessing
import socket
import time
from collections.abc import Iterator

import pytest

from patternbank.errors import StoreError
from patternbank.lifecycle import Change
from patternbank.migrating import compare, live_schema, written_schema
from patternbank.patterns import Status
from patternbank.stores.graph import connection
from patternbank.stores.graph.connection import GraphConnection
from patternbank.stores.graph.shapes import position
from patternbank.stores.graph.store import GraphStore
from tests.conformance.wires import wire
from tests.patternbank.past import application, failure, run
from tests.patternbank.shelves import pattern
from tests.patternbank.taught import lesson, record
from tests.servers import GraphServer, take

pytestmark = pytest.mark.needs_server
BY_ANN = Change(by="ann", why="a reason", replacement="none")
MANY = [pattern(f"p{number}", {"a.txt": "x" * 2000}) for number in range(40)]


@pytest.fixture
def store(empty_graph: GraphServer) -> Iterator[GraphStore]:
    """An empty bank."""
    with GraphStore(*empty_graph.address) as opened:
        yield opened


def _port(server: GraphServer) -> int:
    return int(server.url.rpartition(":")[2])


def test_a_rule_that_fails_half_way_leaves_nothing(empty_graph: GraphServer, store: GraphStore) -> None:
    """A uniqueness that breaks in the middle of a batch takes the whole batch back: nodes, counts, outbox."""
    store.add([pattern("a")], BY_ANN)
    graph = GraphConnection(*empty_graph.address)
    graph.note("CREATE (:PatternVersion {reference: 'x', position: $place})", place=position("p37@1.0.0"))
    before = (store.revision(), store.size(), store.waiting(), store.capabilities())
    with pytest.raises(StoreError, match="already exists"):
        store.add(MANY, BY_ANN)
    assert (store.revision(), store.size(), store.waiting(), store.capabilities()) == before
    assert graph.rows("MATCH (n) WHERE n.name = 'p1' RETURN n") == []
    graph.close()


def test_a_wire_that_breaks_half_way_is_tried_again(empty_graph: GraphServer, store: GraphStore) -> None:
    """A passing failure passes: everything is there, and once."""
    with wire(_port(empty_graph), cuts=0, limit=30_000) as laid:
        url = f"bolt://127.0.0.1:{laid.port}"
        with GraphStore(url, empty_graph.user, empty_graph.password) as through:
            laid.cuts_left = 2
            through.add(MANY, BY_ANN)
            assert laid.cuts_left == 0
    assert (store.size(), store.waiting()) == (40, 40)
    assert all(len(store.history(one.name, one.version)) == 1 for one in MANY)


def test_a_wire_that_stays_broken_leaves_nothing(
    empty_graph: GraphServer, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says that nobody answers, and what was sent is not kept."""
    monkeypatch.setattr(connection, "RETRY_SECONDS", 2.0)
    with wire(_port(empty_graph), cuts=0, limit=30_000) as laid:
        url = f"bolt://127.0.0.1:{laid.port}"
        with GraphStore(url, empty_graph.user, empty_graph.password) as through:
            laid.cuts_left = 1000
            with pytest.raises(StoreError, match="no pattern bank answers at") as caught:
                through.add(MANY, BY_ANN)
    assert "start-bank" in caught.value.hint
    assert (store.size(), store.waiting(), store.entries()) == (0, 0, ())


def test_nobody_there_is_said_at_once() -> None:
    """A closed port is no matter of patience."""
    begun = time.monotonic()
    with pytest.raises(StoreError, match=r"no pattern bank answers at bolt://127\.0\.0\.1:1") as caught:
        GraphStore("bolt://127.0.0.1:1")
    assert "start-bank" in caught.value.hint
    assert time.monotonic() - begun < 10


def test_silence_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who takes the call and says nothing is given up on."""
    monkeypatch.setattr(connection, "ACQUIRE_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(StoreError, match="no pattern bank answers"):
            GraphStore(f"bolt://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - begun < 20


def test_a_wrong_password_is_named(empty_graph: GraphServer) -> None:
    """With the variables that hold it."""
    with pytest.raises(StoreError, match="does not let us in") as caught:
        GraphStore(empty_graph.url, empty_graph.user, "wrong")
    assert "PATTERNBANK_NEO4J_PASSWORD" in caught.value.hint


@pytest.mark.parametrize("url", ["", "127.0.0.1:7687", "http://127.0.0.1:7474", "bolt://127.0.0.1:port"])
def test_what_is_no_address_is_said(url: str) -> None:
    """The hint shows one."""
    with pytest.raises(StoreError, match="is no address of a Neo4j") as caught:
        GraphStore(url)
    assert "bolt://" in caught.value.hint


def test_the_server_itself_refuses_a_reader_to_write(empty_graph: GraphServer) -> None:
    """Reading is the mode of the session, not only a promise."""
    with GraphStore(*empty_graph.address, read_only=True) as reader, pytest.raises(StoreError, match=r"[Ww]rit"):
        reader._graph.rows("CREATE (:Note {key: 'k', value: 'v'})")


def test_every_kind_of_change_is_told_to_the_index(store: GraphStore) -> None:
    """In order, and until it is acknowledged."""
    store.add([pattern("a")], BY_ANN)
    store.add([pattern("a", {"a.txt": "other"})], BY_ANN, reissue=True)
    store.move("a", "1.0.0", Status.DEPRECATED, BY_ANN)
    told = store.pending(10)
    old, new = pattern("a").digest, pattern("a", {"a.txt": "other"}).digest
    assert [(row.operation, row.digest) for row in told] == [
        ("upsert", old), ("delete", old), ("upsert", new), ("payload", new),
    ]  # fmt: skip
    assert [row.number for row in told] == [1, 2, 3, 4]
    store.acknowledge([1, 3, 99])
    assert [row.number for row in store.pending(1)] == [2]
    assert store.waiting() == 2


def _write_many(address: tuple[str, str, str], own: int, count: int) -> None:
    with GraphStore(*address) as store:
        for number in range(count):
            store.add([pattern(f"own{own}.n{number}"), pattern("shared", version=f"1.{number}.0")], BY_ANN)
            store.move(f"own{own}.n{number}", "1.0.0", Status.DEPRECATED, BY_ANN)


def test_processes_write_one_graph_at_once(empty_graph: GraphServer, store: GraphStore) -> None:
    """Three processes fill one bank together: nothing is lost, nothing doubled, all counts are right."""
    count = 6
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write_many, args=(empty_graph.address, own, count)) for own in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert store.size() == len(store.entries()) == 4 * count
    assert all(len(store.history("shared", f"1.{number}.0")) == 1 for number in range(count))
    numbers = [row.number for row in store.pending(1000)]
    assert numbers == list(range(1, 4 * count + 3 * count + 1))


def test_a_server_that_strangers_use_is_not_touched(empty_graph: GraphServer) -> None:
    """Tests take a given server only when it is empty, or marked as theirs."""
    graph = GraphConnection(*empty_graph.address)
    graph.note("MATCH (b:Bank) SET b.name = 'pattern bank'")
    take(empty_graph)
    graph.note("CREATE (:Stranger {name: 'x'})")
    graph.note("MATCH (b:Bank) SET b.name = 'pattern bank'")
    with pytest.raises(pytest.skip.Exception, match="holds what no test made"):
        take(empty_graph)
    assert graph.rows("MATCH (n:Stranger) RETURN n.name AS name") == [{"name": "x"}]
    assert len(compare(live_schema(graph), written_schema())) == 2
    graph.close()


EDGES = (
    "MATCH (a)-[e:INSTANCE_OF|AGAINST|APPLIED|REMEDIED_BY]->(b) RETURN type(e) AS kind,"
    " coalesce(a.id, a.reference) AS begin, coalesce(b.reference, b.kind, b.id) AS end ORDER BY kind, begin, end"
)


def test_lessons_are_tied_to_what_they_are_about_whoever_comes_first(
    empty_graph: GraphServer, store: GraphStore
) -> None:
    """The failures of their family, before and after; the version, when it is there; runs that followed them; none
    that is flaky."""
    red = failure().model_copy(update={"family": lesson().family})
    store.record(application("x"), run("r1", "x", failures=(red, red.model_copy(update={"flaky": True}))))
    store.keep_lessons([record()])
    store.add([pattern("a")], BY_ANN)
    store.add([pattern("a", {"a.txt": "other"})], BY_ANN, reissue=True)
    later = run("r2", "x", failures=(failure(), red, red.model_copy(update={"flaky": True})))
    store.record(application("x"), later.model_copy(update={"applied": (lesson().id, "unknown")}))
    graph = GraphConnection(*empty_graph.address)
    found = [tuple(row.values()) for row in graph.rows(EDGES)]
    graph.close()
    assert found == [
        ("AGAINST", lesson().id, "a@1.0.0"),
        ("APPLIED", "r2", lesson().id),
        ("INSTANCE_OF", "r1#0", lesson().id),
        ("INSTANCE_OF", "r2#1", lesson().id),
        ("REMEDIED_BY", lesson().id, "avoid"),
    ]
