"""Serve the Browser's pages on the loopback; any page may read them, for they hold nothing of the bank."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from patternbank.browsing.guide import Document, documents
from patternbank.errors import StoreError

LOOPBACK, NAME = "127.0.0.1", "localhost"
"""Where it listens, and the name that the Browser is given: one that it trusts unless it was told otherwise."""


@contextmanager
def serving(port: int, browser: str) -> Iterator[str]:
    """Serve the pages for a block, and give their address; port 0 takes a free one."""
    try:
        server = _Server((LOOPBACK, port), _Answering)
    except OSError as error:
        raise StoreError(
            f"port {port} of {LOOPBACK} cannot be had: {error.strerror or error}",
            "end what listens there, or choose another port with --port",
        ) from error
    base = f"http://{NAME}:{server.server_port}"
    server.documents = documents(base, browser)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """Holds what is served."""

    documents: Mapping[str, Document]


class _Answering(BaseHTTPRequestHandler):
    """Answers with a document."""

    server: _Server

    def do_GET(self) -> None:
        """Answer with a document."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with the head of a document."""
        self._answer(with_body=False)

    def do_OPTIONS(self) -> None:
        """Let a page of another address ask with heads of its own."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: what the Browser fetches is no news."""

    def _answer(self, *, with_body: bool) -> None:
        found = self.server.documents.get(unquote(urlsplit(self.path).path))
        answer = found or Document(kind="text/plain; charset=utf-8", body=b"there is no such page\n")
        self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "*")
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)
