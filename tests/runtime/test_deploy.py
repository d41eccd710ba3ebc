import json
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devmatrix.errors import CommandFailed, DevMatrixError
from devmatrix.runtime import local
from devmatrix.runtime.databases import drop_database, lent_database, list_databases, name_of
from devmatrix.runtime.deploy import Deployment, DeployOptions
from devmatrix.runtime.local import LocalDeployer, digest_migrations
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.processes import choose_port
from devmatrix.runtime.sql import connected, database_of
from devmatrix.settings import Settings, Timeouts
from tests.runtime.children import comes_true, first_line, is_gone, kill, start_child

SAMPLE = Path(__file__).with_name("sample")
STUBS = ("CREATE TABLE outside (id integer PRIMARY KEY)",)
pytestmark = pytest.mark.needs_server

DEPLOY = """
import os, time
from pathlib import Path
from devmatrix.runtime.deploy import DeployOptions
from devmatrix.runtime.local import LocalDeployer
from devmatrix.runtime.signals import interruptible
from devmatrix.settings import Settings
settings = Settings(home=Path(os.environ["FOLDER"]), database_url=os.environ["DATABASE"])
options = DeployOptions(stubs=("CREATE TABLE outside (id integer PRIMARY KEY)",))
with interruptible(), LocalDeployer(settings).deploy(Path(os.environ["APPLICATION"]), options) as deployment:
    print(deployment.pid, deployment.database_url, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def settings(runtime_settings: Settings, postgres_server: PostgresServer) -> Settings:
    """Settings that use the shared server."""
    return runtime_settings.model_copy(update={"database_url": postgres_server.url})


@pytest.fixture
def application(tmp_path: Path) -> Path:
    """A folder with the sample application."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__")))


def ask(deployment: Deployment) -> object:
    """What the application says when it is asked whether it is ready."""
    with urllib.request.urlopen(f"{deployment.url}/ready", timeout=10) as answer:
        return json.load(answer)


def names(server: PostgresServer) -> set[str]:
    """The databases of ours on the server."""
    with connected(server.url) as session:
        return {database.name for database in list_databases(session)}


def runs_of(settings: Settings) -> set[Path]:
    """The folders of runs; those that failed stay, with their logs."""
    return set(settings.runs.iterdir()) if settings.runs.exists() else set()


def test_application_is_deployed_and_cleared_away(settings: Settings, application: Path) -> None:
    """From a folder to an answer with rows; after it no process, no database, no record, nothing in the folder."""
    before = set(application.rglob("*"))
    kept = runs_of(settings)
    steps: list[str] = []

    @contextmanager
    def step(name: str) -> Iterator[None]:
        yield
        steps.append(name)

    with LocalDeployer(settings).deploy(application, DeployOptions(stubs=STUBS, seed=True), step) as deployment:
        assert ask(deployment) == {"items": 1}
        assert deployment.log.exists()
        with lent_database(deployment.server.url, template=deployment.template) as url, connected(url) as session:
            assert session.rows("SELECT count(*) FROM item")[0][0] == 0
    assert steps == ["environment", "postgres", "migrate", "clone", "seed", "start"]
    assert is_gone(deployment.pid)
    assert database_of(deployment.database_url) not in names(deployment.server)
    assert runs_of(settings) <= kept
    assert set(application.rglob("*")) == before


def test_unchanged_migrations_are_not_run_again(settings: Settings, application: Path) -> None:
    """The second deployment clones what the first migrated, although a migration now would fail."""
    options = DeployOptions(stubs=STUBS)
    with LocalDeployer(settings).deploy(application, options) as first:
        pass
    (application / "src" / "other.py").write_text("")
    started = time.monotonic()
    with LocalDeployer(settings.model_copy(update={"timeouts": no_time_to_migrate(settings)})).deploy(
        application, options
    ) as second:
        assert second.template == first.template
        assert ask(second) == {"items": 0}
    assert time.monotonic() - started < 15


def no_time_to_migrate(settings: Settings) -> Timeouts:
    """Limits under which every migration fails."""
    return settings.timeouts.model_copy(update={"migrate": 0.0})


def test_failed_migration_shows_its_log_and_leaves_nothing(settings: Settings, application: Path) -> None:
    """Without its stub the reference fails: the error has PostgreSQL's words, and the half-made database is gone."""
    with (
        pytest.raises(CommandFailed, match="migrate ended") as caught,
        LocalDeployer(settings).deploy(application, DeployOptions()),
    ):
        pass
    assert 'relation "outside" does not exist' in caught.value.log_tail
    server = PostgresServer(url=settings.database_url or "", source="given")
    assert name_of(digest_migrations(application, ())) not in names(server)
    with connected(server.url) as session:
        assert all(database.remark is not None for database in list_databases(session))
        assert all(
            database.remark.purpose != "run" for database in list_databases(session) if database.remark is not None
        )


def test_server_that_refuses_to_start_is_told(settings: Settings, application: Path) -> None:
    """An application that fails at its start ends the deployment at once, with its log."""
    options = DeployOptions(stubs=STUBS, environment=(("REFUSE", "1"),))
    with (
        pytest.raises(CommandFailed, match="before it was ready") as caught,
        LocalDeployer(settings).deploy(application, options),
    ):
        pass
    assert "told to refuse" in caught.value.log_tail


def test_port_that_is_taken_is_told(settings: Settings, application: Path) -> None:
    """What answers on the wanted port already is not mistaken for the application."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        options = DeployOptions(stubs=STUBS, port=other.getsockname()[1])
        with pytest.raises(DevMatrixError, match="cannot be had"), LocalDeployer(settings).deploy(application, options):
            pass


def test_port_that_is_lost_is_replaced(settings: Settings, application: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody takes the chosen port before the application does, another is chosen."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = iter((other.getsockname()[1], choose_port()))
        monkeypatch.setattr(local, "choose_port", lambda: next(ports))
        with LocalDeployer(settings).deploy(application, DeployOptions(stubs=STUBS)) as deployment:
            assert ask(deployment) == {"items": 0}


def test_missing_rows_end_the_deployment(settings: Settings, application: Path) -> None:
    """A seed script that fails is no detail."""
    (application / "scripts" / "seed_db.py").write_text("raise SystemExit(1)")
    with (
        pytest.raises(CommandFailed, match="seed ended with exit code 1"),
        LocalDeployer(settings).deploy(application, DeployOptions(stubs=STUBS, seed=True)),
    ):
        pass


def test_kept_database_lives_on(settings: Settings, application: Path) -> None:
    """A folder's kept database holds its rows from one deployment to the next, and takes new revisions."""
    options = DeployOptions(stubs=STUBS, database="kept")
    with LocalDeployer(settings).deploy(application, options.model_copy(update={"seed": True})) as deployment:
        assert ask(deployment) == {"items": 1}
    (application / "alembic/versions/0002_more.py").write_text(
        "from alembic import op\nrevision = '0002'\ndown_revision = '0001'\n"
        "def upgrade():\n    op.execute('ALTER TABLE item ADD COLUMN more text')\n"
    )
    with LocalDeployer(settings).deploy(application, options) as again:
        assert again.database_url == deployment.database_url
        assert ask(again) == {"items": 1}
        with connected(again.database_url) as session:
            assert session.rows("SELECT more FROM item")[0][0] is None
    drop_database(deployment.server.url, database_of(deployment.database_url))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_deployment_leaves_no_process(settings: Settings, application: Path, number: signal.Signals) -> None:
    """The application dies with us; the database of a killed run is swept by the next one."""
    assert settings.database_url is not None
    child = start_child(DEPLOY, FOLDER=str(settings.home), DATABASE=settings.database_url, APPLICATION=str(application))
    pid, url = first_line(child).split()
    assert not is_gone(int(pid))
    kill(child, number)
    assert comes_true(lambda: is_gone(int(pid)))
    server = PostgresServer(url=settings.database_url, source="given")
    if number == signal.SIGINT:
        assert database_of(url) not in names(server)
    with LocalDeployer(settings).deploy(application, DeployOptions(stubs=STUBS)):
        assert database_of(url) not in names(server)
    assert not list(settings.runs.glob("*/run.json"))


def test_digest_sees_what_a_migration_imports(tmp_path: Path) -> None:
    """Source counts only when a migration imports it."""
    application = Path(shutil.copytree(SAMPLE, tmp_path / "app"))
    before = digest_migrations(application, ())
    (application / "src" / "other.py").write_text("x = 1")
    assert digest_migrations(application, ()) == before
    assert digest_migrations(application, STUBS) != before
    revision = application / "alembic/versions/0001_initial.py"
    revision.write_text("from src.other import x\n" + revision.read_text())
    after = digest_migrations(application, ())
    (application / "src" / "other.py").write_text("x = 2")
    assert digest_migrations(application, ()) != after
