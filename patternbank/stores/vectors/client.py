"""A connection to Qdrant, or to the client's own local mode: time limits, retries, errors that say what to do."""

import sqlite3
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from qdrant_client import QdrantClient
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from patternbank.errors import IndexMismatchError, IndexUnreachableError

MEMORY = ":memory:"
LOCAL = "local:"
SECONDS = 10
ATTEMPTS = 3
PAUSE = 0.1
_ANEW = "see `patternbank doctor`; `patternbank reindex` makes the index anew"
_PASSING = frozenset({429, 502, 503, 504})
_Answer = TypeVar("_Answer")


class QdrantConnection:
    """Calls of one Qdrant; safe for threads. A folder is shared by all that open it in one process."""

    def __init__(self, url: str, api_key: str = "", *, seconds: int = SECONDS) -> None:
        self.url = url
        self.is_local = url == MEMORY or url.startswith(LOCAL)
        self._api_key = api_key
        self._seconds = seconds
        self._opened: _Shared | None = None
        self._guard = threading.Lock()

    def call(self, work: Callable[[QdrantClient], _Answer]) -> _Answer:
        """Do one thing; what may pass by itself is tried again, the rest fails at once."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                opened = self._open()
                with opened.turn, _hushed() if self.is_local else nullcontext():
                    return work(opened.client)
            except (ApiException, ResourceExhaustedResponse) as error:
                if attempt == ATTEMPTS or not _may_pass(error):
                    raise self._explained(error) from error
                time.sleep(PAUSE * 2**attempt)
            except ValueError as error:
                if not self.is_local:
                    raise
                raise IndexMismatchError(f"the vector index at {self.url} refuses: {error}", _ANEW) from error
            except (RuntimeError, OSError, sqlite3.Error) as error:
                raise self._broken(error) from error
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Let go of the connection; a second time does nothing."""
        with self._guard:
            opened, self._opened = self._opened, None
        if opened is not None:
            _give_back(self.url, opened)

    def _open(self) -> "_Shared":
        """Open the connection with the first call that needs it."""
        with self._guard, _hushed():
            if self._opened is None:
                self._opened = _borrow(self.url) if self.is_local else self._connect()
            return self._opened

    def _connect(self) -> "_Shared":
        try:
            client = QdrantClient(
                url=self.url, api_key=self._api_key or None, timeout=self._seconds, check_compatibility=False
            )
        except ValueError as error:
            raise IndexUnreachableError(
                f"{self.url!r} is no address of a Qdrant: {error}", "write it like http://127.0.0.1:6333"
            ) from error
        return _Shared(client, nullcontext())

    def _explained(self, error: Exception) -> IndexUnreachableError | IndexMismatchError:
        if isinstance(error, UnexpectedResponse) and error.status_code in (401, 403):
            return IndexUnreachableError(
                f"the vector index at {self.url} does not let us in", "set PATTERNBANK_QDRANT_API_KEY"
            )
        if isinstance(error, UnexpectedResponse) and error.status_code is not None and error.status_code < 500:
            said = error.content.decode("utf-8", "replace")[:300]
            return IndexMismatchError(
                f"the vector index at {self.url} refuses ({error.status_code}): {said}",
                _ANEW,
            )
        return IndexUnreachableError(
            f"no vector index answers at {self.url}: {error}",
            "start it with `scripts/start-bank`; what is not indexed yet is kept, and `patternbank doctor --repair` "
            "brings it in",
        )

    def _broken(self, error: Exception) -> IndexUnreachableError:
        return IndexUnreachableError(
            f"the vector index {self.url} cannot be used: {error}",
            "one process at a time may use such a folder; one that is damaged can be deleted and made anew with "
            "`patternbank reindex`",
        )


class _Shared:
    """A client, with how many use it, and whose turn it is: the local mode knows no threads."""

    def __init__(self, client: QdrantClient, turn: AbstractContextManager[object]) -> None:
        self.client = client
        self.turn = turn
        self.users = 1


_SHARED: dict[str, _Shared] = {}
_GUARD = threading.Lock()


def _borrow(url: str) -> _Shared:
    """Open a local folder, or share the client that has it open in this process."""
    if url == MEMORY:
        return _Shared(QdrantClient(MEMORY), threading.RLock())
    place = str(Path(url.removeprefix(LOCAL)).absolute())
    with _GUARD:
        if place in _SHARED:
            _SHARED[place].users += 1
        else:
            client = QdrantClient(path=place, force_disable_check_same_thread=True)
            _SHARED[place] = _Shared(client, threading.RLock())
        return _SHARED[place]


def _give_back(url: str, shared: _Shared) -> None:
    """Close a client with its last user."""
    with _GUARD:
        shared.users -= 1
        if not shared.users:
            _SHARED.pop(str(Path(url.removeprefix(LOCAL)).absolute()), None)
            shared.client.close()


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep quiet what the client says of its local mode, and of a key that goes to the loopback."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def _may_pass(error: Exception) -> bool:
    """Say whether a failure may be gone at the next attempt: no answer, too busy, a gateway's."""
    if isinstance(error, UnexpectedResponse):
        return error.status_code in _PASSING
    return isinstance(error, ResponseHandlingException | ResourceExhaustedResponse)
