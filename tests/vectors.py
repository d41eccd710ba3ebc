"""An index of vectors for tests: the Qdrant that the run was given, or the client's own local mode."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from patternbank.stores.vectors import QdrantIndex
from patternbank.values import Frozen
from tests.servers import GIVEN

NEEDS_SERVER = "needs a Qdrant server: set PATTERNBANK_QDRANT_URL"


class IndexPlace(Frozen):
    """Where the collections of one test are; nothing else there is touched."""

    url: str
    api_key: str = ""
    namespace: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find it."""
        return {
            "PATTERNBANK_QDRANT_URL": self.url,
            "PATTERNBANK_QDRANT_API_KEY": self.api_key,
            "PATTERNBANK_NAMESPACE": self.namespace,
        }

    def open(self, *, model: str = "", dimension: int = 0) -> QdrantIndex:
        """Open one more connection."""
        return QdrantIndex(self.url, self.api_key, namespace=self.namespace, model=model, dimension=dimension)


@pytest.fixture
def index_place(tmp_path: Path) -> Iterator[IndexPlace]:
    """An empty place: a namespace of our own on the given server, or a folder."""
    url = GIVEN.get("PATTERNBANK_QDRANT_URL", "")
    if not url or url.startswith((":memory:", "local:")):
        yield IndexPlace(url=f"local:{tmp_path / 'qdrant'}")
        return
    place = IndexPlace(
        url=url, api_key=GIVEN.get("PATTERNBANK_QDRANT_API_KEY", ""), namespace=f"test-{uuid.uuid4().hex[:12]}"
    )
    yield place
    clear(place)


@pytest.fixture
def qdrant_url(index_place: IndexPlace) -> str:
    """The Qdrant server that was given; what only a server can show is skipped without one."""
    if not index_place.namespace:
        pytest.skip(NEEDS_SERVER)
    return index_place.url


def clear(place: IndexPlace) -> None:
    """Remove every collection of a place, and of those beside it whose namespace goes on from its own."""
    from qdrant_client import QdrantClient

    assert place.namespace, "without a namespace of our own nothing is ours"
    headers = {"api-key": place.api_key} if place.api_key else None
    client = QdrantClient(url=place.url, headers=headers, timeout=60, check_compatibility=False)
    try:
        for found in client.get_collections().collections:
            if found.name.startswith(place.namespace):
                client.delete_collection(found.name)
    finally:
        client.close()
