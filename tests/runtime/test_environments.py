import os
import signal
from pathlib import Path

import pytest

from devmatrix.errors import EnvironmentFailed
from devmatrix.runtime.environments import Environment, ensure_environment, environment_key
from devmatrix.runtime.processes import Program, plain_environment, run_to_end
from devmatrix.settings import Settings
from tests.runtime.children import comes_true, first_line, kill, mentions, start_child

BUILD = """
import os, sys
from pathlib import Path
from devmatrix.runtime.environments import ensure_environment
from devmatrix.settings import Settings
print("here", flush=True)
print(ensure_environment(Settings(home=Path(os.environ["FOLDER"])), Path(os.environ["LOCK"])).folder, flush=True)
"""


@pytest.fixture
def empty_lock(tmp_path: Path) -> Path:
    """A lock file that asks for nothing, so that no network is needed."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("# nothing\n")
    return lock


def settled(folder: Path) -> list[str]:
    """What is in the folder of environments, locks and logs apart."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def test_environment_is_made_once(tmp_path: Path, empty_lock: Path) -> None:
    """The same lock file gives the same environment, untouched; another gives another."""
    settings = Settings(home=tmp_path)
    first = ensure_environment(settings, empty_lock)
    inode = first.folder.stat().st_ino
    assert ensure_environment(settings, empty_lock) == first
    assert first.folder.stat().st_ino == inode
    empty_lock.write_text("# nothing else\n")
    second = ensure_environment(settings, empty_lock)
    assert settled(settings.environments) == sorted({first.folder.name, second.folder.name})


def test_environment_works_where_it_was_moved_to(tmp_path: Path, empty_lock: Path) -> None:
    """Its interpreter knows its own folder, and sees none of our packages."""
    python = ensure_environment(Settings(home=tmp_path), empty_lock).python
    script = "import importlib.util, sys; print(sys.prefix, importlib.util.find_spec('pytest'))"
    log = tmp_path / "printed"
    run_to_end(
        Program(argv=(str(python), "-c", script), folder=tmp_path, environment=plain_environment(), log=log),
        timeout=30,
        what="print",
    )
    assert log.read_text() == f"{python.parent.parent} None\n"


def test_two_at_once_make_one(tmp_path: Path, empty_lock: Path) -> None:
    """Two runs that start together get the same environment, and none is half made."""
    children = [start_child(BUILD, FOLDER=str(tmp_path), LOCK=str(empty_lock)) for _ in range(2)]
    said = []
    for child in children:
        said.append(child.communicate(timeout=60)[0].split()[-1])
        assert child.returncode == 0
    assert said[0] == said[1]
    assert settled(tmp_path / "environments") == [Path(said[0]).name]


def test_killed_build_is_done_again(tmp_path: Path, empty_lock: Path) -> None:
    """What a killed build left is removed, and no build goes on alone."""
    child = start_child(BUILD, FOLDER=str(tmp_path), LOCK=str(empty_lock))
    first_line(child)
    environments = tmp_path / "environments"
    assert comes_true(lambda: environments.exists() and any(environments.glob("*.new-*")))
    kill(child, signal.SIGKILL)
    assert comes_true(lambda: not mentions(str(environments)))
    environment = ensure_environment(Settings(home=tmp_path), empty_lock)
    assert settled(environments) == [environment.folder.name]


def test_lost_interpreter_is_replaced(tmp_path: Path, empty_lock: Path) -> None:
    """An environment whose interpreter is gone is made again."""
    environment = ensure_environment(Settings(home=tmp_path), empty_lock)
    environment.python.unlink()
    assert ensure_environment(Settings(home=tmp_path), empty_lock).python.exists()


def test_missing_lock_is_told(tmp_path: Path) -> None:
    """Without a lock file there is nothing to make."""
    with pytest.raises(EnvironmentFailed, match="does not exist"):
        ensure_environment(Settings(home=tmp_path), tmp_path / "requirements.lock")


def test_unlocked_package_is_refused(tmp_path: Path) -> None:
    """A requirement without a hash installs nothing, and leaves nothing."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("idna==3.10\n")
    with pytest.raises(EnvironmentFailed, match="hash"):
        ensure_environment(Settings(home=tmp_path), lock)
    assert settled(tmp_path / "environments") == []


def test_unreachable_index_has_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline and with an empty cache the error says what is missing and what helps."""
    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:1/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"idna==3.10 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(EnvironmentFailed, match="uv pip ended") as caught:
        ensure_environment(Settings(home=tmp_path), lock)
    assert "cannot be reached" in caught.value.hint
    assert settled(tmp_path / "environments") == []


def test_key_depends_on_the_lock_alone_here() -> None:
    """On one machine and interpreter the key is a function of the lock."""
    assert environment_key(b"a") == environment_key(b"a") != environment_key(b"b")
    assert Environment(folder=Path("/e")).python == Path("/e/bin/python")
