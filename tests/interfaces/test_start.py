"""An application that does not get up is red; a machine that does not let it is a failure of the machine."""

import json
import shutil
import socket
from pathlib import Path

import jsonschema
import pytest

from tests.interfaces.conftest import ROOT, Command, Ended

pytestmark = pytest.mark.needs_server
SPEC = str(ROOT / "seeds" / "specs" / "simple_task_api.md")


@pytest.fixture
def app(round_trip: tuple[Path, Ended], tmp_path: Path) -> Path:
    """A copy of the application, to be broken."""
    return Path(shutil.copytree(round_trip[0], tmp_path / "app"))


def break_file(path: Path, line: str) -> int:
    """Append a line to a file; its number."""
    text = path.read_text() + f"\n{line}\n"
    path.write_text(text)
    return text.count("\n")


@pytest.mark.parametrize(("stage", "file"), [("start", "src/main.py"), ("migrate", "alembic/versions/0001_initial.py")])
def test_what_does_not_get_up_is_red(stage: str, file: str, app: Path, devmatrix: Command) -> None:
    """Exit 3; the verdict says which stage, shows the log and the place; nothing counts as asked."""
    line = break_file(app / file, "raise RuntimeError('broken on purpose')")
    ended = devmatrix("smoke", str(app), "--json")
    assert ended.returncode == 3, ended.stderr
    report = json.loads(ended.stdout)
    red = report["scenarios"][0]
    assert (red["id"], red["cause"], red["verdict"]) == (f"application/{stage}", "start", "failed")
    assert (red["file"], red["line"]) == (file, line)
    assert "broken on purpose" in red["log"]
    assert (report["passed"], report["failed"], report["skipped"]) == (0, 1, report["total"] - 1)
    assert report["obligations"]["covered"] == 0 < report["obligations"]["unasked"]
    ended = devmatrix("smoke", str(app))
    assert ended.returncode == 3
    assert f"see {file}:{line}" in ended.stdout
    assert "| RuntimeError: broken on purpose" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_run_that_does_not_get_up_leaves_its_report(app: Path, devmatrix: Command) -> None:
    """The user's own start-up file stops the application: exit 3, and ``report.json`` holds the failure."""
    (app / "structlog.py").write_text("raise RuntimeError('mine is in the way')\n")
    ended = devmatrix("run", SPEC, "--out", str(app))
    assert ended.returncode == 3, ended.stderr
    assert "mine is in the way" in ended.stdout
    report = json.loads((app / ".devmatrix" / "report.json").read_text())
    jsonschema.validate(report, json.loads((ROOT / "docs" / "schema" / "run-report.schema.json").read_text()))
    assert report["smoke"]["failed"] == 1
    assert report["smoke"]["scenarios"][0]["cause"] == "start"
    assert "mine is in the way" in report["smoke"]["scenarios"][0]["log"]
    assert (app / "structlog.py").exists()


def test_a_port_that_is_taken_is_no_fault_of_the_application(app: Path, devmatrix: Command) -> None:
    """``up --port`` on a port of somebody else's: exit 2, with the port in the message."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = devmatrix("up", str(app), "--port", str(port))
    assert ended.returncode == 2
    assert f"port {port}" in ended.stderr
    assert "hint: name another port" in ended.stderr


def test_up_says_why_the_application_does_not_get_up(app: Path, devmatrix: Command) -> None:
    """Exit 3 with the log, as for a smoke run."""
    break_file(app / "src" / "main.py", "raise RuntimeError('broken on purpose')")
    ended = devmatrix("up", str(app))
    assert ended.returncode == 3
    assert "| RuntimeError: broken on purpose" in ended.stderr
