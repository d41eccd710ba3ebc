import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from devmatrix.errors import ServerUnavailable
from devmatrix.runtime.databases import lent_database
from devmatrix.runtime.docker import IMAGE, container_name, run_docker
from devmatrix.runtime.postgres import open_postgres
from devmatrix.runtime.sql import connected
from devmatrix.settings import Settings
from tests.runtime.children import comes_true, first_line, kill, start_child

USER = """
import os, time
from pathlib import Path
from devmatrix.runtime.postgres import open_postgres
from devmatrix.settings import Settings
with open_postgres(Settings(home=Path(os.environ["FOLDER"])), docker=True):
    print("here", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings with a container of their own; skips where there is no engine, or not the image."""
    if shutil.which("docker") is None or run_docker("image", "inspect", IMAGE).returncode != 0:
        pytest.skip(f"no Docker engine with the image {IMAGE}")
    yield Settings(home=tmp_path)
    assert comes_true(lambda: not containers(tmp_path))


def containers(home: Path) -> str:
    """The containers of a home, stopped ones too."""
    return run_docker("ps", "--all", "--quiet", "--filter", f"name={container_name(home / 'postgres-docker')}").stdout


@pytest.mark.needs_server
def test_container_serves_and_goes(settings: Settings) -> None:
    """A container answers as our own server does, is shared, and is gone after its last user."""
    with open_postgres(settings, docker=True) as server:
        assert server.source == "docker"
        with open_postgres(settings, docker=True) as again:
            assert again == server
        with lent_database(server.url) as url, connected(url) as session:
            assert session.version >= 17
            assert session.rows("SELECT 'ÉCOLE' ILIKE '%école%'")[0][0]
    assert not containers(settings.home)


@pytest.mark.needs_server
def test_container_goes_with_its_killed_user(settings: Settings) -> None:
    """A container whose only user is killed is stopped and removed."""
    child = start_child(USER, FOLDER=str(settings.home))
    first_line(child)
    assert containers(settings.home)
    kill(child, signal.SIGKILL)
    assert comes_true(lambda: not containers(settings.home))


def test_missing_engine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for Docker where there is none, we say so, and how to do without."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(ServerUnavailable, match="docker") as caught,
        open_postgres(Settings(home=tmp_path), docker=True),
    ):
        pass
    assert "--docker" in caught.value.hint
