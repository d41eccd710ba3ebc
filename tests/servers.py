"""Real servers of the bank for tests: started once by the project's own script, stopped with the run."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from patternbank.errors import StoreError
from patternbank.migrating import migrate
from patternbank.revision import EMPTY
from patternbank.stores.graph.connection import GraphConnection
from patternbank.values import Frozen

SCRIPT = Path(__file__).parents[1] / "scripts" / "start-bank"
MARK = "patternbank-tests"
GIVEN = {
    name: os.environ.pop(name)
    for name in sorted(os.environ)
    if name.startswith("PATTERNBANK_") and name != "PATTERNBANK_NEO4J_JARS"
}
"""The servers that the run was given; a test that does not ask for them must not find them."""
STRANGE = "MATCH (n) WHERE none(label IN labels(n) WHERE label IN ['Migration', 'MigrationLock', 'Status', 'Bank'])"
EMPTIED = STRANGE + " DETACH DELETE n"
FRESH = "MATCH (b:Bank) SET b += {name: $mark, revision: $revision, size: 0, sequence: 0, changes: 0}"


class GraphServer(Frozen):
    """A Neo4j that holds nothing but what tests made; ``home`` is where the script keeps it, empty for a given one.

    Its Browser plays what is served on the port ``guide``.
    """

    url: str
    user: str = "neo4j"
    password: str
    browser: str = ""
    guide: int = 0
    home: str = ""

    @property
    def address(self) -> tuple[str, str, str]:
        """Url, user and password, as stores take them."""
        return self.url, self.user, self.password

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find it."""
        names = ("PATTERNBANK_NEO4J_URL", "PATTERNBANK_NEO4J_USER", "PATTERNBANK_NEO4J_PASSWORD")
        return dict(zip(names, self.address, strict=True))

    @property
    def pid(self) -> int:
        """The number of the server itself."""
        return int((Path(self.home) / "neo4j.pid").read_text().split()[0])

    def empty(self) -> None:
        """Take out everything but the schema."""
        graph = GraphConnection(*self.address)
        try:
            graph.note(EMPTIED)
            graph.note(FRESH, mark=MARK, revision=EMPTY)
        finally:
            graph.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A temporary folder, in memory where the system has such a place: nothing of a test outlives the machine."""
    memory = Path("/dev/shm")
    place = str(memory) if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="patternbank-test-", dir=place) as folder:
        yield Path(folder)


@contextmanager
def running_graph(home: Path, *settings: str, bolt: int = 0, http: int = 0) -> Iterator[GraphServer]:
    """Run a Neo4j in a folder; it ends with the block, and with this process however that ends."""
    bolt, http, guide = bolt or free_port(), http or free_port(), free_port()
    command = [sys.executable, str(SCRIPT), "--home", str(home), "--neo4j-only", "--foreground", "--with", "java"]
    command += ["--bolt", str(bolt), "--http", str(http), "--guide", str(guide)]
    command += [f"--setting={setting}" for setting in settings]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PATTERNBANK_NEO4J_")}
    if jars := os.environ.get("PATTERNBANK_NEO4J_JARS"):
        environment["PATTERNBANK_NEO4J_JARS"] = jars
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as script:
        told: list[str] = []
        reader = threading.Thread(target=_read, args=(script, told))
        reader.start()
        try:
            found = _exported(script)
            if not found:
                script.wait(30)
                reader.join()
                raise RuntimeError(f"Neo4j does not start: {''.join(told)}")
            password = found["PATTERNBANK_NEO4J_PASSWORD"]
            url, browser = found["PATTERNBANK_NEO4J_URL"], f"http://127.0.0.1:{http}/browser/"
            yield GraphServer(url=url, password=password, browser=browser, guide=guide, home=str(home))
        finally:
            script.terminate()
            script.wait(90)
            reader.join()


def _read(script: "subprocess.Popen[str]", told: list[str]) -> None:
    assert script.stderr is not None
    told.extend(script.stderr)


def _exported(script: "subprocess.Popen[str]") -> dict[str, str]:
    """Read the three lines that the script prints when the server answers."""
    assert script.stdout is not None
    lines = [script.stdout.readline().removeprefix("export ").strip() for _ in range(3)]
    return dict(line.split("=", 1) for line in lines if line)


@pytest.fixture(scope="session")
def graph_server() -> Iterator[GraphServer]:
    """A real Neo4j with the bank's schema: a given one that is empty or ours, or else one that is started here."""
    url = GIVEN.get("PATTERNBANK_NEO4J_URL", "")
    if url:
        user = GIVEN.get("PATTERNBANK_NEO4J_USER", "neo4j")
        server = GraphServer(url=url, user=user, password=GIVEN.get("PATTERNBANK_NEO4J_PASSWORD", ""))
        take(server)
        yield server
        server.empty()
        return
    if not (shutil.which("java") and (shutil.which("mvn") or os.environ.get("PATTERNBANK_NEO4J_JARS"))):
        pytest.skip("needs Neo4j: Java 17 with Maven, or PATTERNBANK_NEO4J_URL of an empty server")
    with quick_folder() as folder, running_graph(folder) as server:
        _migrated(server)
        yield server


@pytest.fixture
def empty_graph(graph_server: GraphServer) -> GraphServer:
    """A server with the schema and an empty bank."""
    graph_server.empty()
    return graph_server


def take(server: GraphServer) -> None:
    """Use a given server only if it holds nothing, or what an earlier run of the tests marked as its own."""
    graph = GraphConnection(*server.address)
    try:
        if graph.rows(STRANGE + " RETURN 1 LIMIT 1") and not graph.rows(
            "MATCH (:Bank {name: $mark}) RETURN 1", mark=MARK
        ):
            pytest.skip(f"the Neo4j at {server.url} holds what no test made: give an empty one")
        _migrated(server)
        graph.note("MATCH (b:Bank) SET b.name = $mark", mark=MARK)
    finally:
        graph.close()


def _migrated(server: GraphServer) -> None:
    graph = GraphConnection(*server.address)
    try:
        migrate(graph)
    except StoreError as error:
        raise RuntimeError(f"{error}; {error.hint}") from error
    finally:
        graph.close()
