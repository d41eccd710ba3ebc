"""Work that is killed at a chosen step: every call to a server is two steps, one before and one after it."""

import os
import signal
from collections.abc import Callable
from typing import Any

from patternbank.errors import StoreError
from patternbank.indexing.reindex import reindex
from patternbank.lifecycle import Change, Scores
from patternbank.patterns import PatternVersion
from patternbank.stores.graph.connection import GraphConnection
from patternbank.stores.server import ServerStore
from patternbank.stores.vectors.client import QdrantConnection
from tests.patternbank.shelves import pattern, star
from tests.vectors import IndexPlace

CHUNKS, IN_CHUNK = 4, 12
LEFT_ALONE = 3
"""How a child ends that was refused by a server, and said so."""


class Steps:
    """Counts the steps of this process, and kills what is to be killed at one of them."""

    def __init__(self, fatal: int, victim: int) -> None:
        self.taken = 0
        self._fatal = fatal
        self._victim = victim or os.getpid()

    def take(self) -> None:
        self.taken += 1
        if self.taken == self._fatal:
            os.kill(self._victim, signal.SIGKILL)

    def watch(self, owner: type, name: str) -> None:
        """Take a step before and after each call of a method."""
        plain: Callable[..., Any] = getattr(owner, name)

        def watched(*given: Any, **named: Any) -> Any:
            self.take()
            answer = plain(*given, **named)
            self.take()
            return answer

        setattr(owner, name, watched)


def work(kind: str, address: tuple[str, str, str], place: IndexPlace, fatal: int, victim: int, told: str) -> None:
    """Do one kind of work in a process of its own, and write down how many steps it took if it came to its end."""
    steps = Steps(fatal, victim)
    for owner, name in ((GraphConnection, "writing"), (GraphConnection, "rows"), (QdrantConnection, "call")):
        steps.watch(owner, name)
    try:
        store = ServerStore(*address, index=place.open())
        steps.taken = 0
        {"import": bring_in, "reindex": rebuild}[kind](store)
    except StoreError:
        os._exit(LEFT_ALONE)
    with open(told, "w") as file:  # noqa: PTH123 - the plainest way, for nothing may happen after it
        file.write(str(steps.taken))
    store.close()


def chunk(number: int) -> list[PatternVersion]:
    """The patterns of one transaction."""
    return [
        pattern(f"c{number}.p{item:02}", description=f"word{item}", features=star("x", f"y{item % 5}").model_dump())
        for item in range(IN_CHUNK)
    ]


def bring_in(store: ServerStore) -> None:
    """Import in bulk, a transaction a chunk, and rate something of each; what is there already is left alone."""
    change = Change(by="ann", why="bulk", replacement="none")
    scores = Scores(readiness=0.5, coverage=1, security=1, reliability=1)
    for number in range(CHUNKS):
        store.add(chunk(number), change)
        store.rate(f"c{number}.p00", "1.0.0", scores, change)


def rebuild(store: ServerStore) -> None:
    """Build the index anew."""
    reindex(store, store.index)
