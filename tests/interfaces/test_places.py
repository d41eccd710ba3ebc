"""Places that cannot be used end in words and a way out, and what was there stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devmatrix.interfaces.cli.main import run_command
from tests.interfaces.conftest import ROOT

SPEC = str(ROOT / "seeds" / "specs" / "simple_task_api.md")
SMALL_DISK = """
import resource, sys
from devmatrix.interfaces.cli.main import run_command
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.exit(run_command(sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def own_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank that keeps nothing."""
    monkeypatch.setenv("PATTERNBANK_PATH", ":memory:")


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A generated application."""
    folder = tmp_path / "app"
    assert run_command(["generate", SPEC, "--out", str(folder)]) == 0
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fails_with_a_hint(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must end with 2, a message and a hint, and nothing that only a programmer reads."""
    capsys.readouterr()
    assert run_command(words) == 2
    said = capsys.readouterr().err
    assert "error: " in said
    assert "  hint: " in said
    assert not any(word in said for word in ("Traceback", "Errno", "Error:", "error('"))
    return said


@pytest.mark.parametrize("home", ["file", "file/below", "/proc/nowhere"])
@pytest.mark.parametrize("command", ["run", "smoke", "up"])
def test_a_home_that_cannot_be_is_said(
    home: str, command: str, app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the way or a disk that takes nothing: the message names the variable that sets the place."""
    (app.parent / "file").touch()
    monkeypatch.setenv("DEVMATRIX_HOME", str(app.parent / home))
    words = ["run", SPEC, "--out", str(app)] if command == "run" else [command, str(app)]
    assert "DEVMATRIX_HOME" in fails_with_a_hint(words, capsys)
    assert run_command(["doctor", "--json"]) == 2
    assert '"name": "home",\n  "here": false' in capsys.readouterr().out


def test_a_file_inside_the_home_is_said(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The home is a folder, but a file stands where the runs are recorded."""
    home = app.parent / "home"
    home.mkdir()
    (home / "runs").touch()
    monkeypatch.setenv("DEVMATRIX_HOME", str(home))
    assert str(home / "runs") in fails_with_a_hint(["smoke", str(app)], capsys)


@pytest.mark.parametrize("place", ["file/app", "/proc/app", "a" * 300, "/dev/null/app"])
def test_an_output_folder_that_cannot_be_is_said(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the way, a disk that takes nothing, a name that is too long."""
    (tmp_path / "file").touch()
    fails_with_a_hint(["generate", SPEC, "--out", str(tmp_path / place)], capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_the_folder_as_it_was(app: Path, tmp_path: Path) -> None:
    """The disk takes no file of this size any more: 2 with a hint, the user's file and ours as they were."""
    (app / "mine.txt").write_text("mine")
    before = contents(app)
    words = ["generate", str(ROOT / "seeds" / "specs" / "ecommerce_api.md"), "--out", str(app)]
    ended = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, *words],
        env={**os.environ, "PATTERNBANK_PATH": ":memory:", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2, ended.stderr
    assert "  hint: " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert contents(app) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app"]


@pytest.mark.parametrize(
    "lock", ["", "{", "<<<<<<< HEAD\n{}\n", "[]", '{"files": []}', '{"files": {"../x": "0"}}', '{"files": {"a": 1}}']
)
@pytest.mark.parametrize("command", ["generate", "smoke"])
def test_a_damaged_lock_is_named(lock: str, command: str, app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says which file is damaged and what to do; nothing is written, nothing deployed."""
    (app / "devmatrix.lock").write_text(lock)
    before = contents(app)
    words = ["generate", SPEC, "--out", str(app)] if command == "generate" else ["smoke", str(app)]
    said = fails_with_a_hint(words, capsys)
    assert f"{app / 'devmatrix.lock'} is damaged" in said
    assert "restore it" in said
    assert contents(app) == before


def test_a_lock_that_is_gone_is_named(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An application of ours without its lock is not called somebody else's."""
    (app / "devmatrix.lock").unlink()
    assert "devmatrix.lock is gone" in fails_with_a_hint(["generate", SPEC, "--out", str(app)], capsys)


def test_a_damaged_note_is_named(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The typed form of the application cannot be read: which file, and what to do, in a line."""
    (app / ".devmatrix" / "ir.json").write_text('{"name": 1}')
    said = fails_with_a_hint(["smoke", str(app)], capsys)
    assert f"{app / '.devmatrix' / 'ir.json'} is damaged" in said
    assert "pydantic" not in said
