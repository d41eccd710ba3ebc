"""Graph and index are one truth: what differs is found and mended, and a missing index is never hidden."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from patternbank.bank import Bank
from patternbank.embeddings import rarities, signature, word_features
from patternbank.embeddings.dense import Encoder
from patternbank.errors import IndexMismatchError, StoreError
from patternbank.indexing.doctor import examine, mend
from patternbank.indexing.indexer import drain
from patternbank.indexing.points import id_of, point_id
from patternbank.indexing.ports import Point
from patternbank.indexing.reindex import reindex
from patternbank.lifecycle import Change, Scores
from patternbank.patterns import Status
from patternbank.ports import Ask, Conditions, Store
from patternbank.retrieval import Query
from patternbank.stores.embedded import EmbeddedStore
from patternbank.stores.graph.store import GraphStore
from patternbank.stores.server import ServerStore
from patternbank.stores.vectors import QdrantIndex
from tests.fakes.encoder import WordEncoder
from tests.patternbank.shelves import pattern, star
from tests.servers import GraphServer, free_port
from tests.vectors import IndexPlace

BY_ANN = Change(by="ann", why="a reason", replacement="none")
SCORES = Scores(readiness=0.5, coverage=1, security=1, reliability=1)
LIKE_STAR = Ask(signature=signature(star("x", "y")))


class Servers:
    """A graph and an index, opened in several ways; all is closed at the end."""

    def __init__(self, graph: GraphServer, place: IndexPlace) -> None:
        self.graph = graph
        self.place = place
        self.opened: list[ServerStore] = []

    def open(self, *, read_only: bool = False, encoder: Encoder | None = None, url: str = "") -> ServerStore:
        if url:
            index = QdrantIndex(url, seconds=2)
        else:
            model = {"model": encoder.name, "dimension": encoder.dimension} if encoder else {}
            index = self.place.open(**model)  # type: ignore[arg-type]
        self.opened.append(ServerStore(*self.graph.address, index=index, encoder=encoder, read_only=read_only))
        return self.opened[-1]

    def open_without_index(self) -> ServerStore:
        """Open with an address where nobody listens."""
        return self.open(url=f"http://127.0.0.1:{free_port()}")


@pytest.fixture
def servers(empty_graph: GraphServer, index_place: IndexPlace) -> Iterator[Servers]:
    found = Servers(empty_graph, index_place)
    yield found
    for store in found.opened:
        store.close()


def named(store: ServerStore, ask: Ask = LIKE_STAR) -> list[str]:
    return [found.entry.reference for found in store.search(ask)]


def add(store: ServerStore, *names: str) -> None:
    store.add([pattern(name, features=star("x", "y", name).model_dump()) for name in names], BY_ANN)


def test_every_change_is_in_the_index_when_the_call_returns(servers: Servers) -> None:
    """Added, rated, moved and reissued: graph and index agree, each version has one point, nothing waits."""
    store = servers.open()
    store.add([pattern("a"), pattern("b")], BY_ANN, origin="shipped")
    store.rate("a", "1.0.0", SCORES, BY_ANN)
    store.move("b", "1.0.0", Status.DEPRECATED, BY_ANN)
    store.add([pattern("a", description="other")], BY_ANN, origin="shipped", reissue=True)
    store.add([pattern("a")], BY_ANN, origin="shipped", reissue=True)
    seen = examine(store, store.index)
    assert seen.healthy, seen.findings
    assert (seen.versions, seen.differences.agreeing, seen.waiting) == (2, 2, 0)
    assert store.notices == ()


def test_the_doctor_finds_every_difference_and_mends_it(servers: Servers) -> None:
    """A point that is gone, one that is stale and one that belongs to nothing are named, and right afterwards."""
    store = servers.open()
    add(store, "a", "b", "c")
    collection = store.index.live()
    assert collection is not None
    a, b, _ = store.entries()
    alien = Point(id=point_id("version", "z@1.0.0", "0" * 64), payload={"kind": "version", "reference": "z@1.0.0"})
    stale = Point(id=id_of(b), payload={"kind": "version", "reference": b.reference, "status": "draft"})
    store.index.delete(collection, [id_of(a)])
    store.index.upsert(collection, [stale, alien])
    seen = examine(store, store.index)
    assert seen.differences.missing == (("version", "a@1.0.0"),)
    assert seen.differences.stale == (("version", "b@1.0.0"),)
    assert seen.differences.extra == ((alien.id, "z@1.0.0"),)
    assert len(seen.findings) == 3
    assert examine(store, store.index) == seen
    assert mend(store, store.index).healthy
    assert named(store) == ["a@1.0.0", "b@1.0.0", "c@1.0.0"]


def test_without_its_index_the_graph_answers_and_says_so(servers: Servers) -> None:
    """Nothing is lost and nothing is hidden: structure and words are answered, and the notice stands in the bank."""
    store = servers.open_without_index()
    add(store, "a", "b")
    assert "wait to be indexed" in store.notices[0]
    store._quiet_until = 0.0
    bank = Bank(store)
    assert named(store) == ["a@1.0.0", "b@1.0.0"]
    assert store.near(LIKE_STAR.signature, 1)[0].reference == "a@1.0.0"
    assert any(notice.startswith("degraded") for notice in bank.notices)
    assert [hit.reference for hit in store.mentioning("b", 5)] == ["b@1.0.0"]
    assert store.waiting() == 2
    whole = servers.open()
    assert named(whole) == ["a@1.0.0", "b@1.0.0"]
    assert whole.waiting() == 0
    assert examine(whole, whole.index).healthy


def test_a_reader_sees_what_waits_and_writes_nothing(servers: Servers) -> None:
    """What the index has not learnt yet comes from the graph, in its state of now."""
    add(servers.open(), "a")
    down = servers.open_without_index()
    add(down, "b")
    down.move("a", "1.0.0", Status.DEPRECATED, BY_ANN)
    reader = servers.open(read_only=True)
    golden = LIKE_STAR.model_copy(update={"conditions": Conditions(statuses=(Status.GOLDEN,))})
    assert named(reader) == ["a@1.0.0", "b@1.0.0"]
    assert named(reader, golden) == ["b@1.0.0"]
    assert reader.waiting() == 2
    assert reader.notices == ()


def test_a_reader_without_any_index_is_told(servers: Servers) -> None:
    """A reader may not make one: the graph answers, and says why."""
    add(servers.open_without_index(), "a")
    reader = servers.open(read_only=True)
    assert named(reader) == ["a@1.0.0"]
    assert "there is no index" in reader.notices[0]


def test_an_index_of_another_model_is_refused(servers: Servers) -> None:
    """Vectors that cannot be compared are never compared: not by the new reader, nor after a reindex by the old one."""
    old = servers.open()
    add(old, "a")
    new = servers.open(encoder=WordEncoder())
    with pytest.raises(IndexMismatchError, match="this release and model need") as caught:
        named(new)
    assert "reindex" in caught.value.hint
    assert not examine(new, new.index).healthy
    assert reindex(new, new.index, new.encoder).points == 1
    assert named(new) == ["a@1.0.0"]
    with pytest.raises(IndexMismatchError):
        named(servers.open())


def test_a_large_bank_without_an_index_is_not_indexed_by_the_way(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong address must not start an hour of work in the middle of a search."""
    monkeypatch.setattr("patternbank.indexing.indexer.BY_ITSELF", 1)
    store = servers.open()
    add(store, "a", "b")
    with pytest.raises(IndexMismatchError, match="there is no index"):
        named(store)
    assert mend(store, store.index).healthy


def test_readers_never_see_a_half_built_index(servers: Servers) -> None:
    """While it is built anew, by one who reads and one who writes, every search finds all that was there before."""
    store, reader, writer = servers.open(), servers.open(read_only=True), servers.open()
    names = [f"p{number:02}" for number in range(40)]
    add(store, *names)
    wide = LIKE_STAR.model_copy(update={"limit": 100})
    seen: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append({name.split("@")[0] for name in named(reader, wide)})

    def write() -> None:
        for number in range(10):
            add(writer, f"q{number}")

    threads = [threading.Thread(target=read), threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    built = [reindex(store, store.index) for _ in range(2)]
    threads[1].join()
    done.set()
    threads[0].join()
    assert seen
    assert all(set(names) <= found for found in seen)
    assert built[1].dropped == (built[0].collection,)
    assert reader.notices == ()
    final = examine(store, store.index)
    assert final.healthy, final.findings
    assert final.differences.agreeing == 50


def test_a_reindex_goes_on_where_it_was_left(servers: Servers) -> None:
    """A half-built collection is found again, is kept up to date meanwhile, and only what it lacks is added."""
    store = servers.open()
    add(store, "a", "b")
    half = store.index.create()
    add(store, "c")
    assert [held.payload["reference"] for held in store.index.held(half)] == ["c@1.0.0"]
    assert any("half built" in finding for finding in examine(store, store.index).findings)
    built = reindex(store, store.index)
    assert (built.collection, built.resumed, built.points) == (half, True, 3)
    assert examine(store, store.index).healthy


def test_a_collection_that_is_dropped_while_it_is_written_loses_nothing(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody switches to a new collection between the writer's look at the aliases and its write."""
    store, other = servers.open(), servers.open()
    add(store, "a")
    write = store.index.upsert
    switched: list[tuple[str, ...]] = []

    def late(collection: str, points: Sequence[Point]) -> None:
        if not switched:
            switched.append(reindex(other, other.index).dropped)
        write(collection, points)

    monkeypatch.setattr(store.index, "upsert", late)
    add(store, "b")
    assert switched
    assert switched[0]
    assert store.notices == ()
    seen = examine(store, store.index)
    assert seen.healthy, seen.findings


def test_many_indexers_at_once_leave_one_truth(servers: Servers) -> None:
    """Each may carry any change; the last state of each version is what the index holds."""
    stores = [servers.open() for _ in range(3)]
    add(stores[0], *[f"p{number}" for number in range(6)])
    errors: list[Exception] = []

    def work(store: ServerStore, turn: int) -> None:
        try:
            for number in range(6):
                scores = SCORES.model_copy(update={"readiness": (turn + 1) / 10})
                store.rate(f"p{(number + turn) % 6}", "1.0.0", scores, BY_ANN)
                drain(store, store.index)
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(store, turn)) for turn, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    seen = examine(stores[0], stores[0].index)
    assert seen.healthy, seen.findings


def test_dense_text_ranks_as_the_embedded_store_does(servers: Servers, tmp_path: Path) -> None:
    """With a model all three legs name the same versions with the same cosines, in one request and under conditions."""
    encoder = WordEncoder()
    both: list[Store] = [servers.open(encoder=encoder), EmbeddedStore(tmp_path / "bank.sqlite", encoder=encoder)]
    words = ["gem", "stone", "river", "gem river", "stone gem", "tree"]
    many = [
        pattern(f"p{number}", description=words[number % 6], features=star("x", f"y{number % 4}").model_dump())
        for number in range(24)
    ]
    for store in both:
        store.add(many, BY_ANN)
        store.add([pattern("draft", status="draft", description="gem")], BY_ANN)
    rarity = rarities("gem", both[0].holders(word_features("gem")), both[0].size())
    ask = Ask(
        signature=signature(star("x", "y1")),
        words=rarity,
        dense=encoder.encode(["gem river"])[0],
        conditions=Conditions(statuses=(Status.GOLDEN,)),
        limit=4,
    )
    one, other = (store.search(ask) for store in both)
    assert [found.entry for found in one] == [found.entry for found in other]
    assert [found.dense for found in one] == pytest.approx([found.dense for found in other], abs=1e-5)
    assert "draft@1.0.0" not in {found.entry.reference for found in one}
    rankings = [Bank(store, encoder=encoder).rank(Query(text="gem river", limit=5)).model_dump() for store in both]
    assert [c["name"] for c in rankings[0]["candidates"]] == [c["name"] for c in rankings[1]["candidates"]]
    both[1].close()


def test_the_graph_has_the_last_word(servers: Servers) -> None:
    """What the index names wrongly, because somebody wrote into it, is not answered."""
    store = servers.open()
    add(store, "a", "b")
    store.move("b", "1.0.0", Status.DEPRECATED, BY_ANN)
    collection = store.index.live()
    assert collection is not None
    entry = store.entry("b", "1.0.0")
    assert entry is not None
    lie = {"kind": "version", "reference": "b@1.0.0", "status": "golden"}
    ghost = {"kind": "version", "reference": "ghost@1.0.0", "status": "golden"}
    points: Sequence[Point] = [
        Point(id=id_of(entry), payload=dict(lie), signature=entry.signature),
        Point(id=point_id("version", "ghost@1.0.0", "1" * 64), payload=dict(ghost), signature=entry.signature),
    ]
    store.index.upsert(collection, points)
    golden = LIKE_STAR.model_copy(update={"conditions": Conditions(statuses=(Status.GOLDEN,))})
    assert named(store, golden) == ["a@1.0.0"]


def test_a_graph_alone_keeps_the_outbox_for_later(servers: Servers) -> None:
    """Changes made without an index named at all are carried over by the next one who has it."""
    alone = GraphStore(*servers.graph.address)
    alone.add([pattern("a", features=star("x", "y").model_dump())], BY_ANN)
    alone.close()
    assert named(servers.open()) == ["a@1.0.0"]
