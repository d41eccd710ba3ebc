"""Every way to end has its exit code, and its words on stderr."""

import signal
import subprocess
import sys
import time

import click
import pytest

from devmatrix.errors import CommandFailed, DevMatrixError, Interrupted
from devmatrix.interfaces.cli import main as cli


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | int]:
    """What the command does: an exit code that it gives, or an exception that it raises."""
    ways: list[BaseException | int] = []

    @click.command()
    def command() -> int:
        way = ways[0]
        if isinstance(way, BaseException):
            raise way
        return way

    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: command)
    return ways


@pytest.mark.parametrize(
    ("way", "code", "said"),
    [
        (0, 0, ""),
        (3, 3, ""),
        (DevMatrixError("no room", hint="make some"), 2, "error: no room\n  hint: make some\n"),
        (CommandFailed("it broke", log_tail="one\ntwo"), 2, "error: it broke\n  | one\n  | two\n"),
        (Interrupted(signal.SIGTERM), 130, "\ninterrupted; everything that was started is stopped\n"),
        (KeyboardInterrupt(), 130, "\ninterrupted; everything that was started is stopped\n"),
    ],
)
def test_every_end_has_its_code(
    way: BaseException | int,
    code: int,
    said: str,
    ending: list[BaseException | int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Results, failures of the machine and interruptions end with the code that is promised."""
    ending.append(way)
    assert cli.run_command(["check"]) == code
    assert capsys.readouterr().err == said


def test_a_bug_shows_its_traceback(ending: list[BaseException | int], capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is a bug: 70, with all that is needed to mend it."""
    ending.append(ZeroDivisionError("oops"))
    assert cli.run_command(["check"]) == 70
    error = capsys.readouterr().err
    assert "Traceback" in error
    assert "ZeroDivisionError: oops" in error
    assert "this is a bug in DevMatrix" in error


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown command, an unknown option and an absent file are usage errors."""
    for arguments in (["nope"], ["check"], ["check", "/absent.md"], ["run", "--nope"]):
        assert cli.run_command(arguments) == 2
        assert "Error" in capsys.readouterr().err


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Each command says what it does, and stands in the list."""
    assert cli.run_command(["--help"]) == 0
    listed = capsys.readouterr().out
    for name in cli.COMMANDS:
        assert f"\n  {name} " in listed
        assert cli.run_command([name, "--help"]) == 0
        assert "Usage: devmatrix" in capsys.readouterr().out


def test_help_is_there_at_once() -> None:
    """``--help`` imports nothing heavy."""
    heavy = ("pydantic", "z3", "asyncpg", "aiohttp", "rich", "jinja2", "numpy", "lark")
    program = (
        "import sys\nfrom devmatrix.interfaces.cli.main import run_command\nrun_command(['--help'])\n"
        f"sys.exit(','.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    started = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert time.perf_counter() - started < 5
