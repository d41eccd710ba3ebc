"""A connection to Qdrant, or to the client's own local mode: time limits, retries, errors that say what to do."""

import sqlite3
import threading
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from json import JSONDecodeError
from pathlib import Path
from typing import TypeVar

from qdrant_client import QdrantClient
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from patternbank.errors import IndexMismatchError, IndexUnreachableError

MEMORY = ":memory:"
LOCAL = "local:"
SECONDS = 10
ATTEMPTS = 3
PAUSE = 0.1
_ANEW = "see `patternbank doctor`; `patternbank reindex` makes the index anew"
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Too slow, too busy, a gateway's; and 500, which Qdrant answers while a collection is dropped that it is asked for."""
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

    def call(self, work: Callable[[QdrantClient], _Answer], *, again: Collection[int] = ()) -> _Answer:
        """Do one thing; what may pass by itself is tried again, also the statuses ``again``; the rest fails at once."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                opened = self._open()
                with opened.turn, _hushed() if self.is_local else nullcontext():
                    return work(opened.client)
            except (ApiException, QdrantException) as error:
                if attempt == ATTEMPTS or not _may_pass(error, again):
                    raise self._explained(error) from error
                time.sleep(PAUSE * 2**attempt)
            except (JSONDecodeError, UnicodeDecodeError) as error:
                raise IndexUnreachableError(
                    f"what answers at {self.url} is no Qdrant", "correct PATTERNBANK_QDRANT_URL"
                ) from error
            except ValueError as error:
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
        with self._guard:
            if self._opened is None and self.is_local:
                with _hushed():
                    self._opened = _borrow(self.url)
            return self._opened or self._connected()

    def _connected(self) -> "_Shared":
        """Make a client of a server; the key is a header, for as a key it makes the client warn on the loopback too."""
        headers = {"api-key": self._api_key} if self._api_key else None
        try:
            client = QdrantClient(url=self.url, headers=headers, timeout=self._seconds, check_compatibility=False)
        except ValueError as error:
            raise IndexUnreachableError(
                f"{self.url!r} is no address of a Qdrant: {error}", "write it like http://127.0.0.1:6333"
            ) from error
        self._opened = _Shared(client, nullcontext())
        return self._opened

    def _explained(self, error: Exception) -> IndexUnreachableError | IndexMismatchError:
        if isinstance(error, UnexpectedResponse) and error.status_code is not None:
            said = f"({error.status_code}): {error.content.decode('utf-8', 'replace').strip()[:300]}"
            if error.status_code in (401, 403):
                return IndexUnreachableError(
                    f"the vector index at {self.url} does not let us in {said}", "set PATTERNBANK_QDRANT_API_KEY"
                )
            if error.status_code in _PASSING or error.status_code >= 500:
                return IndexUnreachableError(
                    f"the vector index at {self.url} fails {said}",
                    "look at its log; what is not indexed yet is kept, and `patternbank doctor --repair` brings it in",
                )
            return IndexMismatchError(f"the vector index at {self.url} refuses {said}", _ANEW)
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
_QUIET = threading.RLock()


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
    """Keep quiet what the client says of its local mode; one at a time, for warnings are those of all threads."""
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def _may_pass(error: Exception, again: Collection[int]) -> bool:
    """Say whether a failure may be gone at the next attempt."""
    if isinstance(error, UnexpectedResponse):
        return error.status_code in _PASSING or error.status_code in again
    return isinstance(error, ResponseHandlingException | QdrantException)
