"""The real parts that tests share; each is started once, and only when a test asks for it."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devmatrix.runtime.account import find_lodging
from devmatrix.runtime.postgres import PostgresServer, open_postgres
from devmatrix.settings import Settings, read_settings
from tests.servers import empty_graph, graph_server
from tests.vectors import index_place, qdrant_url

__all__ = ["empty_graph", "graph_server", "index_place", "postgres_server", "qdrant_url", "runtime_settings"]


def pytest_configure() -> None:
    """Let programs that tests start hear what asks them to end, also where the suite was started to ignore it."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


@pytest.fixture(scope="session")
def runtime_settings() -> Iterator[Settings]:
    """Settings with a home of their own; ``DATABASE_URL`` still decides which server is used."""
    with tempfile.TemporaryDirectory(prefix="devmatrix-test-") as folder:
        settings = read_settings().model_copy(update={"home": Path(folder)})
        yield settings
        if settings.postgres.exists():
            shutil.rmtree(find_lodging(settings.postgres).folder)


@pytest.fixture(scope="session")
def postgres_server(runtime_settings: Settings) -> Iterator[PostgresServer]:
    """A real PostgreSQL, shared by the whole run."""
    with open_postgres(runtime_settings) as server:
        yield server
