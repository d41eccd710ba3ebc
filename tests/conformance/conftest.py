"""Every store that the suite runs on; another one is one more entry."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from patternbank.ports import PatternStore
from patternbank.stores.embedded import EmbeddedStore

Opening = Callable[..., PatternStore]


def embedded_file(folder: Path) -> Opening:
    """A file on the disk: a second opening is a second connection."""
    return lambda *, read_only=False: EmbeddedStore(folder / "bank.sqlite", read_only=read_only)


STORES = {"embedded": embedded_file}


@pytest.fixture(params=sorted(STORES))
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Open connections to one empty bank; all are closed at the end."""
    opened: list[PatternStore] = []
    make = STORES[request.param](tmp_path)

    def open_one(*, read_only: bool = False) -> PatternStore:
        opened.append(make(read_only=read_only))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(opening: Opening) -> PatternStore:
    """One connection to an empty bank."""
    return opening()
