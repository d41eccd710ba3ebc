import os
import signal
import sys
from pathlib import Path

import pytest

from devmatrix.errors import CommandFailed, Interrupted
from devmatrix.runtime.identity import has_died, identify, identify_self
from devmatrix.runtime.processes import (
    Program,
    choose_port,
    plain_environment,
    read_tail,
    run_to_end,
    running,
    wait_until_ready,
)
from devmatrix.runtime.records import end_leftovers, recorded_run
from devmatrix.runtime.signals import interruptible
from devmatrix.settings import Settings
from tests.runtime.children import comes_true, first_line, is_gone, kill, start_child

SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/ready" else 404)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
print(subprocess.Popen([sys.executable, "-c", child]).pid, flush=True)
time.sleep(600)
"""


def python(folder: Path, script: str, *words: str, stops: tuple[tuple[int, float], ...] = ((15, 2.0),)) -> Program:
    """A Python program that logs into ``folder``."""
    return Program(
        argv=(sys.executable, "-c", script, *words),
        folder=folder,
        environment=plain_environment(),
        log=folder / "log",
        stops=stops,
    )


def test_server_is_ready_and_then_gone(tmp_path: Path) -> None:
    """A server answers inside the block, and no process of it lives after."""
    port = str(choose_port())
    with running(python(tmp_path, SERVER, port)) as server:
        wait_until_ready(server, f"http://127.0.0.1:{port}/ready", timeout=20)
        pids = (server.pid, server.guard_pid)
        assert not any(map(is_gone, pids))
    assert all(map(is_gone, pids))


def test_early_end_shows_the_log(tmp_path: Path) -> None:
    """A server that ends before it is ready is no time-out: the error has its code and its last words."""
    with (
        running(python(tmp_path, "import sys; sys.exit('no such setting')")) as server,
        pytest.raises(CommandFailed, match="exit code 1") as caught,
    ):
        wait_until_ready(server, f"http://127.0.0.1:{choose_port()}/ready", timeout=20)
    assert caught.value.log_tail == "no such setting"


def test_late_server_is_given_up(tmp_path: Path) -> None:
    """A server that never answers ends the wait."""
    with (
        running(python(tmp_path, "import time; time.sleep(600)")) as server,
        pytest.raises(CommandFailed, match="did not answer"),
    ):
        wait_until_ready(server, f"http://127.0.0.1:{choose_port()}/ready", timeout=0.2)


def test_program_that_is_missing_says_so(tmp_path: Path) -> None:
    """A program that cannot be run ends like a shell would say it."""
    program = python(tmp_path, "").model_copy(update={"argv": ("no-such-program",)})
    with pytest.raises(CommandFailed, match="exit code 127") as caught:
        run_to_end(program, timeout=10, what="nothing")
    assert "no-such-program" in caught.value.log_tail


def test_failure_and_delay_of_a_command(tmp_path: Path) -> None:
    """A command that fails or takes too long raises; one that works does not."""
    run_to_end(python(tmp_path, "print('fine')"), timeout=20, what="work")
    with pytest.raises(CommandFailed, match="exit code 7"):
        run_to_end(python(tmp_path, "raise SystemExit(7)"), timeout=20, what="work")
    with pytest.raises(CommandFailed, match="not done after"):
        run_to_end(python(tmp_path, "import time; time.sleep(600)"), timeout=0.2, what="work")


def test_environment_is_an_allow_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set for us does not reach a program."""
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("DEBUG", "1")
    run_to_end(python(tmp_path, "import os; print(*os.environ)"), timeout=20, what="print")
    seen = set(read_tail(tmp_path / "log").split())
    assert "PATH" in seen
    assert not seen & {"PYTHONPATH", "DEBUG"}


def test_stubborn_family_is_killed(tmp_path: Path) -> None:
    """A program that ignores TERM goes by KILL, and its child with it."""
    with running(python(tmp_path, STUBBORN, stops=((signal.SIGTERM, 0.3),))) as program:
        assert comes_true(lambda: bool(read_tail(tmp_path / "log")))
        child = int(read_tail(tmp_path / "log"))
        assert not is_gone(child)
    assert is_gone(program.pid)
    assert comes_true(lambda: is_gone(child))


HOLDER = f"""
import os, sys, threading, time
from pathlib import Path
from tests.runtime.test_processes import SERVER, python
from devmatrix.runtime.processes import running
from devmatrix.runtime.records import recorded_run
from devmatrix.runtime.signals import interruptible
from devmatrix.settings import Settings
folder = Path(os.environ["FOLDER"])
with interruptible(), recorded_run(Settings(home=folder)) as run:
    with running(python(folder, {STUBBORN!r}, stops=((15, 0.3),))) as program:
        run.note(program)
        print(program.guard_pid, program.pid, flush=True)
        time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_no_program_outlives_us(tmp_path: Path, number: signal.Signals) -> None:
    """However we are ended, our programs end."""
    child = start_child(HOLDER, FOLDER=str(tmp_path))
    pids = [int(word) for word in first_line(child).split()]
    assert kill(child, number) != 0
    assert comes_true(lambda: all(map(is_gone, pids)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_killed_guard_takes_its_program_along(tmp_path: Path) -> None:
    """A guard that is killed does not leave its program, however little that is to blame."""
    with running(python(tmp_path, "import time; time.sleep(600)")) as program:
        os.kill(program.guard_pid, signal.SIGKILL)
        assert comes_true(lambda: is_gone(program.pid))


def test_next_run_ends_what_a_killed_one_left(tmp_path: Path) -> None:
    """With run and guard killed at once, a program that will not go is ended by the next run."""
    child = start_child(HOLDER, FOLDER=str(tmp_path))
    guard, program = (int(word) for word in first_line(child).split())
    assert comes_true(lambda: bool(read_tail(tmp_path / "log")))
    os.kill(guard, signal.SIGSTOP)
    kill(child)
    os.kill(guard, signal.SIGKILL)
    assert not is_gone(program)
    assert program in end_leftovers(Settings(home=tmp_path))
    assert comes_true(lambda: is_gone(program))


def test_stranger_with_an_old_number_is_spared(tmp_path: Path) -> None:
    """A process that got the number of a dead one is not taken for it."""
    with running(python(tmp_path, "import time; time.sleep(600)")) as program:
        found = identify(program.pid)
        assert found is not None
        stranger = found.model_copy(update={"started": "1"})
        record = tmp_path / "runs" / "1-a" / "run.json"
        record.parent.mkdir(parents=True)
        text = f'{{"owner": {stranger.model_dump_json()}, "processes": [{stranger.model_dump_json()}]}}'
        record.write_text(text)
        assert end_leftovers(Settings(home=tmp_path)) == ()
        assert not record.exists()
        assert not is_gone(program.pid)


def test_living_run_is_left_alone(tmp_path: Path) -> None:
    """A run beside ours keeps its record."""
    with recorded_run(Settings(home=tmp_path)) as run:
        assert end_leftovers(Settings(home=tmp_path)) == ()
        assert (run.folder / "run.json").exists()
    assert not run.folder.exists()


def test_identity_tells_the_living_from_the_dead() -> None:
    """We live; another start, another boot are dead; another machine is never known to be."""
    here = identify_self()
    name, _, space = here.machine.split("/")
    assert not has_died(here)
    assert has_died(here.model_copy(update={"started": "1"}))
    assert has_died(here.model_copy(update={"machine": f"{name}/earlier/{space}"}))
    assert not has_died(here.model_copy(update={"machine": f"elsewhere/earlier/{space}"}))


def test_signal_becomes_an_exception_once() -> None:
    """The first signal raises, the second does not disturb the cleanup, and all is as before after."""
    before = signal.getsignal(signal.SIGTERM)
    cleaned = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            cleaned.append("all")

    with pytest.raises(Interrupted) as caught, interruptible():
        work()
    assert cleaned
    assert caught.value.signal_number == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before
