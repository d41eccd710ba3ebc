"""Deploy an application on this machine: its own environment, a database of its own, a server on the loopback."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

from devmatrix.errors import ApplicationFailed, CommandFailed
from devmatrix.runtime.databases import (
    create_database,
    drop_database,
    find_database,
    lent_database,
    name_of,
    new_name,
    publish_template,
    sweep_databases,
)
from devmatrix.runtime.deploy import Deployment, DeployOptions, Step
from devmatrix.runtime.environments import LOCK_FILE, Environment, ensure_environment
from devmatrix.runtime.home import ensure_home
from devmatrix.runtime.postgres import PostgresServer, open_postgres
from devmatrix.runtime.processes import (
    Program,
    RunningProgram,
    choose_port,
    plain_environment,
    require_port,
    running,
    wait_until_ready,
)
from devmatrix.runtime.records import RunFolder, recorded_run
from devmatrix.runtime.sql import connected, on_database
from devmatrix.settings import Settings

MIGRATE = ("-m", "alembic", "upgrade", "head")
SEED = ("scripts/seed_db.py",)
SERVE = ("-m", "uvicorn", "src.main:app", "--no-access-log", "--timeout-graceful-shutdown", "3")
READY = "/ready"
ATTEMPTS = 3
PORT_TAKEN = "address already in use"
QUIET_PYTHON = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1", "PYTHONUNBUFFERED": "1"}


class LocalDeployer:
    """Deploys into processes of this machine; ``docker_postgres`` takes the database out of a container."""

    def __init__(self, settings: Settings, *, docker_postgres: bool = False) -> None:
        self._settings = settings
        self._docker_postgres = docker_postgres

    @contextmanager
    def deploy(self, folder: Path, options: DeployOptions, step: Step = nullcontext) -> Iterator[Deployment]:
        """The application, ready, until the block ends.

        Raises ApplicationFailed with the log when it does not get up, another DevMatrixError when the machine fails.
        """
        with ExitStack() as stack:
            ensure_home(self._settings)
            run = stack.enter_context(recorded_run(self._settings))
            with step("environment"):
                environment = ensure_environment(self._settings, folder / LOCK_FILE)
            with step("postgres"):
                server = stack.enter_context(open_postgres(self._settings, docker=self._docker_postgres))
                sweep_databases(server.url)
            site = Site(self._settings, folder.resolve(), options, environment, server, run)
            with step("migrate"):
                template = site.ensure_template()
            with step("clone"):
                database_url = stack.enter_context(site.database(template))
            url, application = stack.enter_context(site.serve(database_url, step))
            yield Deployment(
                folder=folder,
                url=url,
                database_url=database_url,
                log=application.program.log,
                pid=application.pid,
                server=server,
                template=template,
            )


class Site:
    """One application being deployed: where it is, with what, and how."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        options: DeployOptions,
        environment: Environment,
        server: PostgresServer,
        run: RunFolder,
    ) -> None:
        self.settings = settings
        self.folder = folder
        self.options = options
        self.environment = environment
        self.server = server
        self.run = run

    def ensure_template(self) -> str:
        """The name of a database with the stubs and all migrations, made if no earlier run has made it."""
        name = name_of(digest_migrations(self.folder, self.options.stubs))
        if find_database(self.server.url, name, "template"):
            return name
        built = new_name()
        try:
            url = create_database(self.server.url, built, "run")
            if self.options.stubs:
                with connected(url) as session:
                    for statement in self.options.stubs:
                        session.execute(statement)
            self.migrate(url)
        except BaseException:
            drop_database(self.server.url, built)
            raise
        publish_template(self.server.url, built, name)
        return name

    def migrate(self, database_url: str) -> None:
        """Bring a database to the newest revision."""
        self.finish("migrate", MIGRATE, database_url, self.settings.timeouts.migrate)

    def seed(self, database_url: str) -> None:
        """Fill a database with the rows to look at; the script reads them back and fails if one is missing."""
        self.finish("seed", SEED, database_url, self.settings.timeouts.seed)

    @contextmanager
    def database(self, template: str) -> Iterator[str]:
        """The database to serve: a clone for this run alone, or the one that this folder keeps, brought up to date."""
        if self.options.database == "own":
            with lent_database(self.server.url, template=template) as url:
                yield url
            return
        name = name_of(f"kept {self.folder}")
        if find_database(self.server.url, name, "kept"):
            self.migrate(on_database(self.server.url, name))
        else:
            create_database(self.server.url, name, "kept", template=template)
        yield on_database(self.server.url, name)

    @contextmanager
    def serve(self, database_url: str, step: Step) -> Iterator[tuple[str, RunningProgram]]:
        """The server, ready, and its address; it starts while the rows are put in."""
        if self.options.port is not None:
            require_port(self.options.host, self.options.port)
        for attempt in range(1, ATTEMPTS + 1):
            port = self.options.port or choose_port()
            url = f"http://{'127.0.0.1' if self.options.host == '0.0.0.0' else self.options.host}:{port}"  # noqa: S104
            words = (*SERVE, "--host", self.options.host, "--port", str(port))
            with running(self.program("server", words, database_url)) as application:
                self.run.note(application)
                if self.options.seed and attempt == 1:
                    with step("seed"):
                        self.seed(database_url)
                try:
                    with step("start"):
                        wait_until_ready(application, url + READY, timeout=self.settings.timeouts.ready)
                except CommandFailed as error:
                    if self.options.port is None and attempt < ATTEMPTS and PORT_TAKEN in error.log_tail:
                        continue
                    raise self.blame("start", error) from error
                yield url, application
                return

    def finish(self, name: str, words: tuple[str, ...], database_url: str, timeout: float) -> None:
        """Run a program of the application to its end."""
        with running(self.program(name, words, database_url)) as started:
            self.run.note(started)
            try:
                started.finish(name, timeout)
            except CommandFailed as error:
                raise self.blame(name, error) from error

    def blame(self, stage: str, error: CommandFailed) -> ApplicationFailed:
        """The failure of the application; raises ServerUnavailable instead when PostgreSQL is gone."""
        with connected(self.server.url):
            return ApplicationFailed(str(error), stage=stage, log_tail=error.log_tail, hint=error.hint)

    def program(self, name: str, words: tuple[str, ...], database_url: str) -> Program:
        """A program of the application, run by its environment's Python, with nothing of ours in its variables."""
        variables = {**QUIET_PYTHON, **dict(self.options.environment), "DATABASE_URL": database_url}
        return Program(
            argv=(str(self.environment.python), *words),
            folder=self.folder,
            environment=plain_environment(variables),
            log=self.run.log(name),
        )


def digest_migrations(folder: Path, stubs: tuple[str, ...]) -> str:
    """What a migrated database depends on: stubs, packages, migrations, and the source where a migration imports it."""
    seen = hashlib.sha256("\0".join(stubs).encode())
    scripts = sorted(path for path in (folder / "alembic").rglob("*") if path.suffix in {".py", ".ini", ".sql"})
    revisions = (path.read_bytes() for path in scripts if path.parent.name == "versions")
    if any(re.search(rb"^\s*(from|import)\s+src\b", text, re.MULTILINE) for text in revisions):
        scripts += sorted((folder / "src").rglob("*.py"))
    for path in (folder / "alembic.ini", folder / LOCK_FILE, *scripts):
        content = path.read_bytes() if path.is_file() else b""
        seen.update(f"\0{path.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return f"template {seen.hexdigest()}"
