"""A bank that is open for reading is enough to generate: nothing at all is written, and the run is not recorded."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devmatrix.artifacts.reports import ObligationCount, SmokeReport
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from devmatrix.pipeline.remembering import remember
from devmatrix.pipeline.report import compose_report
from patternbank.bank import Bank
from patternbank.errors import StoreError
from patternbank.lifecycle import Change
from patternbank.loading import load_shipped
from patternbank.ports import Store
from patternbank.stores.connection import Connection
from tests.conformance.conftest import Opening
from tests.pipeline import examples

SPEC = Path(__file__).parents[2] / "seeds" / "specs" / "simple_task_api.md"
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
READING = ("SELECT", "PRAGMA", "BEGIN", "ROLLBACK", "WITH")
WRITING = ("upsert", "delete", "create", "update", "set_", "overwrite", "recreate", "upload", "batch_update", "clear")


@pytest.fixture
def filled(opening: Opening) -> Opening:
    """A bank of the shipped patterns, with nobody who writes it any more."""
    store = opening()
    load_shipped(store)
    store.close()
    return opening


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that SQLite runs; whatever would write to a server is an error at once."""
    import neo4j
    from qdrant_client import QdrantClient

    said: list[str] = []
    connect = Connection._connect

    def listened(self: Connection, address: str, *, uri: bool) -> sqlite3.Connection:
        connection = connect(self, address, uri=uri)
        connection.set_trace_callback(said.append)
        return connection

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a bank that is open for reading is written")

    monkeypatch.setattr(Connection, "_connect", listened)
    for name in ("execute_write", "run", "begin_transaction", "write_transaction"):
        monkeypatch.setattr(neo4j.Session, name, refuse, raising=name != "write_transaction")
    for name in dir(QdrantClient):
        if name.startswith(WRITING):
            monkeypatch.setattr(QdrantClient, name, refuse)
    return said


def built_with(store: Store) -> Built:
    """The smallest example, built."""
    built = build(SPEC.read_bytes(), SPEC.name, Bank(store, read_only=True), Recorder(), scenarios=False)
    assert isinstance(built, Built)
    return built


def test_no_write_is_issued(filled: Opening, words: list[str]) -> None:
    """The application is the same as with any bank, and every statement only asks."""
    store = filled(read_only=True)
    revision = store.revision()
    built = built_with(store)
    asked = SmokeReport(total=0, passed=0, failed=0, skipped=0, obligations=ObligationCount(), scenarios=())
    report = compose_report(SPEC.name, built, {}, None).model_copy(update={"smoke": asked})
    bank = Bank(store, read_only=True)
    assert remember(bank, built, report, "r1", NOON) == "this run is not recorded: the pattern bank may only be read"
    assert (store.revision(), store.runs()) == (revision, ())
    assert [word for word in words if not word.lstrip().upper().startswith(READING)] == []
    assert "BEGIN IMMEDIATE" not in words
    assert built.tree == examples.built("simple_task_api").tree


def test_what_writes_is_refused(filled: Opening) -> None:
    """Every change says that the bank is open for reading, before anything is sent."""
    store = filled(read_only=True)
    for change in (
        lambda: store.keep_note("a", "b"),
        lambda: store.add([], Change(by="ann", why="a reason")),
        lambda: store.add_evidence([]),
    ):
        with pytest.raises(StoreError, match="reading") as caught:
            change()
        assert caught.value.hint


def test_the_listener_hears_a_write(opening: Opening, words: list[str], request: pytest.FixtureRequest) -> None:
    """What writes would be seen: the test above can fail."""
    if request.node.callspec.params["opening"] == "embedded":
        opening().keep_note("a", "b")
        assert any(word.startswith("INSERT") for word in words)
        return
    with pytest.raises(AssertionError, match="is written"):
        opening().keep_note("a", "b")
