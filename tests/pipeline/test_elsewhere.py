"""Scenarios are derived in another process, and are the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devmatrix.pipeline import deriving as module
from devmatrix.pipeline.archive import SCENARIOS, parse_suite, write_suite
from devmatrix.pipeline.build import derive
from devmatrix.pipeline.deriving import Deriving, key_of
from devmatrix.pipeline.elsewhere import ARGUMENTS, Elsewhere
from devmatrix.pipeline.recorder import Recorder
from tests.pipeline.examples import application

SPEC = "simple_task_api"


def test_another_process_derives_the_same() -> None:
    """To the last byte, and with a hash seed of its own."""
    known = application(SPEC)
    with Elsewhere() as elsewhere:
        written = elsewhere.derive(known.model_dump_json())
    assert written is not None
    assert written.decode() == write_suite(derive(known), key_of(known))
    assert parse_suite(written, key_of(known)) == derive(known)


def test_what_is_no_application_is_no_answer() -> None:
    """The process fails, and says no more than that."""
    with Elsewhere() as elsewhere:
        assert elsewhere.derive("{}") is None


def test_a_process_that_was_killed_is_replaced(tmp_path: Path) -> None:
    """Its work is done here; what is kept is read back the next time."""
    known = application(SPEC)
    elsewhere = Elsewhere()
    elsewhere.__exit__(None, None, None)
    deriving = Deriving(tmp_path, Recorder(), elsewhere)
    assert deriving.finish(known) == derive(known)
    assert not (tmp_path / SCENARIOS).exists()
    deriving.keep(known)
    kept = (tmp_path / SCENARIOS).read_bytes()
    assert parse_suite(kept, key_of(known)) == derive(known)


def test_kept_scenarios_are_not_derived_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started for them, and the file stays as it is."""
    known = application(SPEC)
    first = Deriving(tmp_path, Recorder())
    first.keep(known)
    before = (tmp_path / SCENARIOS).stat().st_mtime_ns
    monkeypatch.setattr(module, "Elsewhere", None)
    second = Deriving(tmp_path, Recorder())
    assert second.finish(known) == first.finish(known)
    second.keep(known)
    assert (tmp_path / SCENARIOS).stat().st_mtime_ns == before


@pytest.mark.parametrize(("asked", "code"), [(False, 0), (True, 1)])
def test_it_ends_with_whoever_started_it(*, asked: bool, code: int) -> None:
    """The other end of its input is closed when we are killed: it goes at once, whatever it was about to derive."""
    read, write = os.pipe()
    started = subprocess.Popen([sys.executable, *ARGUMENTS], stdin=read, stdout=subprocess.PIPE)
    os.close(read)
    with os.fdopen(write, "w") as order:
        order.write(application("ecommerce_api").model_dump_json() + "\n" if asked else "")
    written, _ = started.communicate(timeout=20)
    assert (started.returncode, written) == (code, b"")


def test_nothing_in_the_working_folder_is_loaded(tmp_path: Path) -> None:
    """A module there that has the name of one of ours, or of Python's, stays unread."""
    for name in ("json.py", "z3.py", "devmatrix.py"):
        (tmp_path / name).write_text("raise SystemExit(9)\n")
    done = subprocess.run([sys.executable, *ARGUMENTS], stdin=subprocess.DEVNULL, cwd=tmp_path, check=False)
    assert done.returncode == 0
