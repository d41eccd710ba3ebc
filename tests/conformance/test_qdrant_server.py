"""What only a Qdrant server can show: other processes, a restart, and many points."""

import json
import random
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from patternbank.embeddings import SparseVector
from patternbank.errors import IndexUnreachableError
from patternbank.indexing.candidates import best, products
from patternbank.indexing.points import point_id
from patternbank.indexing.ports import Point
from patternbank.ports import Ask, Conditions
from tests.servers import free_port
from tests.vectors import IndexPlace

MANY = 100_000
SECONDS = 0.1
"""So long may 19 of 20 filtered searches take at the most; the benchmarks state what they take."""
READER = """
import sys
from patternbank.ports import Ask
from patternbank.stores.vectors import QdrantIndex
index = QdrantIndex(sys.argv[1], sys.argv[2], namespace=sys.argv[3])
sys.stdout.write("ready\\n"); sys.stdout.flush()
least, asked = 10**9, 0
while not sys.stdin.readline().startswith("stop"):
    for _ in range(20):
        least, asked = min(least, len(index.search(Ask(signature=((1, 1.0),), limit=1000)))), asked + 1
    sys.stdout.write(f"{least} {asked}\\n"); sys.stdout.flush()
"""


def points(count: int, seed: str = "points") -> list[Point]:
    chance = random.Random(seed)
    return [point(number, chance) for number in range(count)]


def point(number: int, chance: random.Random) -> Point:
    reference = f"p{number}@1.0.0"
    payload = {
        "kind": "version",
        "reference": reference,
        "digest": f"{number:064x}",
        "capability": [f"c{number % 50}"],
        "status": "golden" if number % 3 else "draft",
        "stack": ["fastapi"] if number // 50 % 2 else ["fastapi", "redis"],
        "least": (number // 100 % 10) / 10,
    }
    signature = vector(chance, 12)
    return Point(id=point_id("version", reference, payload["digest"]), payload=payload, signature=signature)  # type: ignore[arg-type]


def vector(chance: random.Random, size: int) -> SparseVector:
    keys = sorted(chance.sample(range(2000), size))
    return tuple((key, round(chance.uniform(0.1, 1), 6)) for key in keys)


def test_readers_in_other_processes_see_a_whole_index_at_every_moment(qdrant_url: str, index_place: IndexPlace) -> None:
    """While the alias is switched again and again no search of another process finds less than everything."""
    index = index_place.open()
    everything = [one.model_copy(update={"signature": ((1, 1.0),)}) for one in points(300)]
    _build(index_place, everything)
    command = [sys.executable, "-c", READER, qdrant_url, index_place.api_key, index_place.namespace]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for _ in range(5):
            reader.stdin.write("go\n")
            reader.stdin.flush()
            _build(index_place, everything)
            least, asked = map(int, reader.stdout.readline().split())
            assert (least, asked % 20) == (300, 0)
        reader.stdin.write("stop\n")
        reader.stdin.flush()
    assert index.leftovers() == ()
    index.close()


def _build(place: IndexPlace, given: list[Point]) -> None:
    index = place.open()
    collection = index.create()
    index.upsert(collection, given)
    index.switch(collection)
    index.close()


def test_a_filtered_search_over_many_points_is_right_and_quick(qdrant_url: str, index_place: IndexPlace) -> None:
    """At 100 000 points conditions and the sparse leg together give what a comparison with each gives."""
    index = index_place.open()
    everything = points(MANY)
    collection = index.create()
    index.upsert(collection, everything)
    index.switch(collection)
    assert len(index.held(index.live() or "")) == MANY
    chance = random.Random("queries")
    taken = []
    for number in range(40):
        conditions = Conditions(capability=f"c{number}", stack=("fastapi",), min_score=0.3)
        ask = Ask(signature=vector(chance, 12), conditions=conditions, limit=5)
        started = time.perf_counter()
        named = [one.reference for one in index.search(ask)]
        taken.append(time.perf_counter() - started)
        fitting = {
            str(one.payload["reference"]): one.signature
            for one in everything
            if one.payload["capability"] == [f"c{number}"]
            and one.payload["stack"] == ["fastapi"]
            and float(str(one.payload["least"])) >= 0.3
        }
        assert len(named) == 5
        assert sorted(named) == sorted(best(products(ask.signature, fitting), 5))
    assert sorted(taken)[int(0.95 * len(taken))] < SECONDS
    index.close()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator["OwnServer"]:
    """A Qdrant of our own, where the program is to be had."""
    program = shutil.which("qdrant")
    if program is None:
        pytest.skip("needs a `qdrant` program on the PATH, to stop and start it again")
    server = OwnServer(program, tmp_path)
    server.start()
    yield server
    server.kill()


class OwnServer:
    """A server that can be killed and started again on what it left."""

    def __init__(self, program: str, home: Path) -> None:
        self._program = program
        self._home = home
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        environment = {
            "QDRANT__SERVICE__HOST": "127.0.0.1",
            "QDRANT__SERVICE__HTTP_PORT": str(self._port),
            "QDRANT__SERVICE__GRPC_PORT": str(free_port()),
            "QDRANT__STORAGE__STORAGE_PATH": str(self._home / "storage"),
            "QDRANT__TELEMETRY_DISABLED": "true",
        }
        self._process = subprocess.Popen([self._program], cwd=self._home, env=environment)
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("Qdrant does not get ready")

    def kill(self) -> None:
        """Kill it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


def test_what_was_confirmed_is_there_after_a_kill(own_server: OwnServer) -> None:
    """A killed server says that it is gone with a hint, and has every point when it is back."""
    place = IndexPlace(url=own_server.url)
    _build(place, points(500))
    own_server.kill()
    index = place.open()
    with pytest.raises(IndexUnreachableError) as caught:
        index.live()
    assert "start" in caught.value.hint
    own_server.start()
    assert len(index.held(index.live() or "")) == 500
    index.close()


def test_every_reply_is_one_of_this_release(qdrant_url: str) -> None:
    """The server is of the minor version that the client is locked to, or one beside it."""
    with urllib.request.urlopen(qdrant_url, timeout=5) as answer:
        major, minor, *_ = json.load(answer)["version"].split(".")
    assert (major, abs(int(minor) - 18) <= 1) == ("1", True)
