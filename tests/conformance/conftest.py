"""Every store that the suite runs on; another one is one more entry."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from patternbank.ports import Store
from patternbank.stores.embedded import EmbeddedStore
from patternbank.stores.graph.store import GraphStore
from patternbank.stores.server import ServerStore
from tests.vectors import IndexPlace

Opening = Callable[..., Store]


def embedded_file(folder: Path) -> Opening:
    """A file on the disk: a second opening is a second connection."""
    return lambda *, read_only=False: EmbeddedStore(folder / "bank.sqlite", read_only=read_only)


def graph(address: tuple[str, str, str]) -> Opening:
    """An empty Neo4j: a second opening is a second pool of connections."""
    return lambda *, read_only=False: GraphStore(*address, read_only=read_only)


def servers(address: tuple[str, str, str], place: IndexPlace) -> Opening:
    """An empty Neo4j with an index of vectors: on the Qdrant that was given, or on the client's local mode."""
    return lambda *, read_only=False: ServerStore(*address, index=place.open(), read_only=read_only)


STORES = ("embedded", "graph", "servers")


def place_of(request: pytest.FixtureRequest) -> Opening:
    """Give the way to open the store that a test is run on; its servers start when they are first asked for."""
    if request.param == "graph":
        return graph(request.getfixturevalue("empty_graph").address)
    if request.param == "servers":
        return servers(request.getfixturevalue("empty_graph").address, request.getfixturevalue("index_place"))
    return embedded_file(request.getfixturevalue("tmp_path"))


@pytest.fixture(params=STORES)
def opening(request: pytest.FixtureRequest) -> Iterator[Opening]:
    """Open connections to one empty bank; all are closed at the end."""
    opened: list[Store] = []
    make = place_of(request)

    def open_one(*, read_only: bool = False) -> Store:
        opened.append(make(read_only=read_only))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(opening: Opening) -> Store:
    """One connection to an empty bank."""
    return opening()
