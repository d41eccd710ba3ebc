"""A server that fails, drops what it is asked for, or is no Qdrant: what the adapter makes of each answer."""

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from patternbank.embeddings import SIGNATURE_VERSION, TEXT_VERSION
from patternbank.errors import IndexMismatchError, IndexUnreachableError, StoreError
from patternbank.indexing.points import point_id
from patternbank.indexing.ports import Point
from patternbank.opening import Servers, _exposed
from patternbank.ports import Ask
from patternbank.stores.vectors import QdrantIndex
from patternbank.stores.vectors.index import BATCH, NUMBERS_IN_BATCH

ASK = Ask(signature=((1, 1.0),))
FOUND = {"points": [{"id": 1, "version": 1, "score": 0.5, "payload": {"reference": "a@1.0.0"}}]}
KEY = "a-key"


class Scripted(ThreadingHTTPServer):
    """Gives the answers that it was told to, in order, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Scripted)
        self.answers: list[tuple[int, bytes]] = []
        self.asked: list[tuple[str, str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def tell(self, *answers: tuple[int, object]) -> None:
        """Give these answers next; an object is the result of a call, bytes are sent as they are."""
        for status, answer in answers:
            told = {"result": answer, "status": "ok", "time": 0.0}
            self.answers.append((status, answer if isinstance(answer, bytes) else json.dumps(told).encode()))


class _Scripted(BaseHTTPRequestHandler):
    server: Scripted

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((f"{self.command} {self.path}", self.headers.get("api-key", ""), body))
        status, told = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - so the class above names them

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    monkeypatch.setattr("patternbank.stores.vectors.client.PAUSE", 0.0)
    with Scripted() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def index(scripted: Scripted) -> Iterator[QdrantIndex]:
    found = QdrantIndex(scripted.url, KEY, seconds=5)
    yield found
    found.close()


def names(index: QdrantIndex) -> Sequence[str]:
    return [one.reference for one in index.search(ASK)]


def test_the_key_is_sent_without_a_word(scripted: Scripted, index: QdrantIndex) -> None:
    """On the loopback the client's own warning is out of place: here it would be an error."""
    scripted.tell((200, FOUND))
    assert names(index) == ["a@1.0.0"]
    alias = f"patternbank_v{SIGNATURE_VERSION}t{TEXT_VERSION}_none_0"
    assert scripted.asked[0][:2] == (f"POST /collections/{alias}/points/query", KEY)


@pytest.mark.parametrize("status", [404, 408, 429, 500, 502, 503])
def test_what_passes_is_asked_again(scripted: Scripted, index: QdrantIndex, status: int) -> None:
    """Also a collection that is dropped while it is asked: a real server answers 404 or 500 then."""
    scripted.tell((status, b"gone"), (status, b"gone"), (200, FOUND))
    assert names(index) == ["a@1.0.0"]
    assert len(scripted.asked) == 3


@pytest.mark.parametrize(
    ("status", "error", "times"),
    [
        (400, IndexMismatchError, 1),
        (404, IndexMismatchError, 3),
        (401, IndexUnreachableError, 1),
        (408, IndexUnreachableError, 3),
        (429, IndexUnreachableError, 3),
        (500, IndexUnreachableError, 3),
        (507, IndexUnreachableError, 1),
    ],
)
def test_what_stays_is_an_error_with_the_words_of_the_server(
    scripted: Scripted, index: QdrantIndex, status: int, error: type[StoreError], times: int
) -> None:
    """Only what is about the index itself is a mismatch; for the rest the graph goes on alone."""
    scripted.tell(*[(status, b"because of that")] * times)
    with pytest.raises(error, match=rf"\({status}\): because of that") as caught:
        names(index)
    assert caught.value.hint
    assert len(scripted.asked) == times


def test_another_program_at_the_address_is_named_as_such(scripted: Scripted, index: QdrantIndex) -> None:
    """A page that is no answer of a Qdrant is no crash."""
    scripted.tell((200, b"<html>hello</html>"))
    with pytest.raises(IndexUnreachableError, match="is no Qdrant"):
        index.live()


def test_no_request_is_larger_than_a_server_takes(scripted: Scripted, index: QdrantIndex) -> None:
    """Points are sent by number and by weight; each once, in order."""
    heavy = tuple((key, 0.123456) for key in range(2**31, 2**31 + NUMBERS_IN_BATCH // 3))
    sent = [
        Point(id=point_id("version", f"p{number}", ""), payload={}, words=heavy if number in (2, 3, 4, 5) else ())
        for number in range(BATCH + 10)
    ]
    scripted.tell(*[(200, {"operation_id": 1, "status": "completed"})] * 3)
    index.upsert("c", sent)
    bodies = [body for _, _, body in scripted.asked]
    assert max(map(len, bodies)) < 32 * 2**20 / 2
    assert [point["id"] for body in bodies for point in json.loads(body)["points"]] == [point.id for point in sent]
    assert all(call.endswith("?wait=true") for call, _, _ in scripted.asked)


@pytest.mark.parametrize("namespace", ["a/b", "a b", "..", "ä", "x" * 81])
def test_a_namespace_is_a_name(namespace: str) -> None:
    """What no collection can be called by is refused before anything is sent."""
    with pytest.raises(StoreError, match="no name") as caught:
        QdrantIndex("http://127.0.0.1:1", namespace=namespace)
    assert "PATTERNBANK_NAMESPACE" in caught.value.hint


def test_a_key_that_leaves_the_machine_unencrypted_is_noticed() -> None:
    """On the loopback and over https nothing is said."""

    def notices(url: str, key: str = KEY) -> tuple[str, ...]:
        return _exposed(Servers.model_validate({"neo4j": "bolt://x", "qdrant": url, "api_key": key}))

    assert "bank.example unencrypted" in notices("http://bank.example:6333")[0]
    for url in ("http://127.0.0.1:6333", "http://localhost", "http://[::1]:6333", "https://bank.example", "local:x"):
        assert notices(url) == ()
    assert notices("http://bank.example", "") == ()
