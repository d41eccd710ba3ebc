"""Migrations: once, in order, by one runner at a time, and only those that this release knows."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from patternbank.errors import PatternBankError, StoreError
from patternbank.migrating import Applied, Migration, applied, check_migrated, migrate, read_migrations, runner
from patternbank.stores.graph.connection import GraphConnection
from patternbank.stores.graph.store import GraphStore
from tests.servers import GraphServer

SHIPPED = read_migrations()
PROBE = Migration(
    number=len(SHIPPED) + 1,
    name="probe",
    checksum="c" * 64,
    statements=(
        "CREATE INDEX probe IF NOT EXISTS FOR (n:Note) ON (n.value)",
        "MERGE (:Note {key: 'probe', value: ''})",
    ),
)
SEEN = tuple(Applied(number=one.number, name=one.name, checksum=one.checksum) for one in SHIPPED)


@pytest.fixture
def graph(empty_graph: GraphServer) -> Iterator[GraphConnection]:
    """A connection to a migrated graph; a probe that was run is taken back."""
    connection = GraphConnection(*empty_graph.address)
    yield connection
    connection.alter("DROP INDEX probe IF EXISTS")
    connection.note("MATCH (m:Migration) WHERE m.number >= $number DELETE m", number=PROBE.number)
    connection.close()


def test_a_second_run_does_nothing(graph: GraphConnection) -> None:
    """Everything has been run once, in order."""
    found = migrate(graph)
    assert found.ran == ()
    assert found.before == tuple(one.file for one in SHIPPED)
    check_migrated(graph)


def test_a_dry_run_says_what_would_run(graph: GraphConnection) -> None:
    """It changes nothing."""
    found = migrate(graph, dry_run=True, migrations=(*SHIPPED, PROBE))
    assert (found.ran, found.dry_run) == ((PROBE.file,), True)
    assert applied(graph) == SEEN
    assert graph.rows("SHOW INDEXES YIELD name WHERE name = 'probe' RETURN name") == []


def test_a_bank_that_is_behind_is_refused(graph: GraphConnection) -> None:
    """It says which migration is missing, and how to run it."""
    with pytest.raises(StoreError, match=rf"{PROBE.file} has not been run") as caught:
        check_migrated(graph, (*SHIPPED, PROBE))
    assert "patternbank migrate" in caught.value.hint


def test_a_runner_that_died_half_way_is_followed_by_another(
    graph: GraphConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not finished is run again, and recorded once."""
    alter = graph.alter

    def fail(statement: str) -> None:
        alter(statement)
        if "probe" in statement:
            raise KeyboardInterrupt

    monkeypatch.setattr(graph, "alter", fail)
    with pytest.raises(KeyboardInterrupt):
        migrate(graph, migrations=(*SHIPPED, PROBE))
    monkeypatch.undo()
    assert applied(graph) == SEEN
    assert migrate(graph, migrations=(*SHIPPED, PROBE)).ran == (PROBE.file,)
    assert graph.rows("MATCH (n:Note {key: 'probe'}) RETURN count(n) AS times") == [{"times": 1}]


HOLDER = """
import sys, time
from patternbank.migrating import runner
from patternbank.stores.graph.connection import GraphConnection
graph = GraphConnection(*sys.argv[1:])
with graph.holding(runner.LOCK, seconds=60, patience=30):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_runner_waits_its_turn_and_a_dead_one_holds_nobody_up(
    graph: GraphConnection, empty_graph: GraphServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one holds the lock another is refused; once it was killed the next one runs at once."""
    monkeypatch.setattr(runner, "PATIENCE", 1.0)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, *empty_graph.address], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="somebody else migrates"):
            migrate(graph, migrations=(*SHIPPED, PROBE))
        assert applied(graph) == SEEN
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    monkeypatch.setattr(runner, "PATIENCE", 30.0)
    begun = time.monotonic()
    assert migrate(graph, migrations=(*SHIPPED, PROBE)).ran == (PROBE.file,)
    assert time.monotonic() - begun < 60


def test_a_changed_migration_is_refused() -> None:
    """It is named."""
    changed = [*SEEN[:-1], SEEN[-1].model_copy(update={"checksum": "0" * 64})]
    with pytest.raises(StoreError, match=rf"{SHIPPED[-1].file} was changed after it was run"):
        runner.check_history("bolt://x", changed, SHIPPED)


def test_a_missing_migration_is_refused() -> None:
    """One that the graph has seen and the release lacks, and one that was passed over."""
    with pytest.raises(StoreError, match=r"has seen migration 0002_bank, which this release does not have"):
        runner.check_history("bolt://x", SEEN, SHIPPED[:1])
    with pytest.raises(StoreError, match=rf"{SHIPPED[0].file} was never run"):
        runner.check_history("bolt://x", SEEN[1:], SHIPPED)


@pytest.mark.parametrize(("names", "trouble"), [
    (["0001_a.cypher", "0003_b.cypher"], "without a gap"),
    (["0001_a.cypher", "0001_b.cypher"], "without a gap"),
    (["first.cypher"], "no name of a migration"),
])  # fmt: skip
def test_files_that_are_not_in_order_are_refused(tmp_path: Path, names: list[str], trouble: str) -> None:
    """A gap, a number twice, and a name that says no number."""
    for name in names:
        (tmp_path / name).write_text("RETURN 1;\n")
    with pytest.raises(PatternBankError, match=trouble):
        read_migrations(tmp_path)


def test_a_file_is_parted_into_statements(tmp_path: Path) -> None:
    """At semicolons that end a line; comments are left out, and line ends of any system give one checksum."""
    (tmp_path / "0001_a.cypher").write_text("// why; this\nRETURN 1;\n\nRETURN\n  ';' ;\n")
    found = read_migrations(tmp_path)
    assert found[0].statements == ("RETURN 1", "RETURN\n  ';'")
    (tmp_path / "0001_a.cypher").write_bytes(b"// why; this\r\nRETURN 1;\r\n\r\nRETURN\r\n  ';' ;\r\n")
    assert read_migrations(tmp_path) == found


def test_a_graph_without_a_schema_is_no_bank(graph: GraphConnection, empty_graph: GraphServer) -> None:
    """Opening it says what to do."""
    graph.alter("MATCH (m:Migration) SET m.number = m.number + 1000")
    try:
        with pytest.raises(StoreError, match=r"1001_constraints, which this release does not have"):
            GraphStore(*empty_graph.address)
    finally:
        graph.alter("MATCH (m:Migration) SET m.number = m.number - 1000")
