"""However a command ends, nothing is left running."""

import json
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from devmatrix.runtime.databases import list_databases
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.sql import connected, on_database
from tests.interfaces.conftest import PROGRAM, ROOT, Command, Ended

pytestmark = pytest.mark.needs_server


@contextmanager
def serving(folder: Path, variables: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``devmatrix up`` and the address that it prints."""
    program = subprocess.Popen(
        [PROGRAM, "up", folder], env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout is not None
        line = program.stdout.readline()
        found = re.search(r"is at (http://\S+),", line)
        assert found, line + (program.communicate(timeout=60)[1] if program.poll() is not None else "")
        yield program, found[1]
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)


def answers(url: str) -> bool:
    """Whether anybody is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_serves_until_it_is_told_to_stop(
    number: signal.Signals, round_trip: tuple[Path, Ended], variables: dict[str, str]
) -> None:
    """The application answers, a signal ends it with 130, and then nobody answers."""
    with serving(round_trip[0], variables) as (program, url):
        assert answers(f"{url}/ready")
        program.send_signal(number)
        program.communicate(timeout=60)
        assert program.returncode == 130
        assert not answers(f"{url}/ready")


def test_a_running_application_is_left_as_it_was(
    round_trip: tuple[Path, Ended], variables: dict[str, str], devmatrix: Command, postgres_server: PostgresServer
) -> None:
    """``smoke --url`` with the database puts rows in, asks, and takes them out; what was there stays."""
    folder = round_trip[0]
    with serving(folder, variables) as (_, url):
        with connected(postgres_server.url) as session:
            kept = [
                database.name
                for database in list_databases(session)
                if database.remark is not None and database.remark.purpose == "kept"
            ]
        database_url = on_database(postgres_server.url, kept[0])
        before = rows_of(database_url)
        assert before
        refused = devmatrix("smoke", str(folder), "--url", url, "--database-url", database_url)
        assert refused.returncode == 2
        assert "--yes agrees" in refused.stderr
        ended = devmatrix("smoke", str(folder), "--url", url, "--database-url", database_url, "--yes", "--json")
        report = json.loads(ended.stdout)
        assert (ended.returncode, report["failed"]) == (0, 0), ended.stderr
        assert report["passed"] > report["skipped"] > 0
        assert urlsplit(url).netloc in ended.stderr
        assert rows_of(database_url) == before


def rows_of(database_url: str) -> list[str]:
    """Every row of the application's tables, as text."""
    with connected(database_url) as session:
        tables = session.rows(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE tablename <> 'alembic_version'"
            " AND schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        return [
            row["t"]
            for table in tables
            for row in session.rows(f"SELECT t::text AS t FROM {table['name']} t ORDER BY 1")
        ]


def test_an_interrupted_run_leaves_nothing(variables: dict[str, str], tmp_path: Path) -> None:
    """A signal in the middle of a run: 130, no process of the run is left, and the next run is not disturbed."""
    spec = str(ROOT / "seeds" / "specs" / "simple_task_api.md")
    program = subprocess.Popen(
        [PROGRAM, "run", spec, "--out", tmp_path / "app"],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stderr is not None
    for line in program.stderr:
        if line.split()[0] == "migrate":
            break
    program.send_signal(signal.SIGTERM)
    program.communicate(timeout=60)
    assert program.returncode == 130
    deadline = time.monotonic() + 10
    while running_in(tmp_path / "app") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running_in(tmp_path / "app") == []


def running_in(folder: Path) -> list[int]:
    """Processes whose working folder is this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
