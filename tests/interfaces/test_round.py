"""One spec all the way round, by the command line alone."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.interfaces.conftest import ROOT, Command, Ended

pytestmark = pytest.mark.needs_server


def test_a_run_ends_green(round_trip: tuple[Path, Ended]) -> None:
    """Exit 0, the summary on stdout, the stages on stderr."""
    folder, ended = round_trip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "in all" in ended.stdout
    assert f"devmatrix up {folder}\n" in ended.stdout
    stages = [line.split()[0] for line in ended.stderr.splitlines() if line.startswith("  ")]
    assert {"read", "render", "write", "environment", "migrate", "seed", "start", "scenarios", "smoke"} <= set(stages)


def test_the_report_keeps_its_schema(round_trip: tuple[Path, Ended]) -> None:
    """``report.json`` is what the published schema says, and every scenario has its verdict."""
    folder, _ = round_trip
    report = json.loads((folder / ".devmatrix" / "report.json").read_text())
    jsonschema.validate(report, json.loads((ROOT / "docs" / "schema" / "run-report.schema.json").read_text()))
    smoke = report["smoke"]
    assert smoke["passed"] == smoke["total"] == len(smoke["scenarios"]) > 50
    assert smoke["obligations"]["unsolved"] == 0
    assert report["bindings"]
    assert set(report["timings"]) >= {"read", "render", "write", "smoke"}


def test_a_second_run_finds_everything_in_place(round_trip: tuple[Path, Ended], devmatrix: Command) -> None:
    """The same spec again: nothing to write, green again."""
    folder, _ = round_trip
    before = (folder / "devmatrix.lock").stat().st_mtime_ns
    ended = devmatrix("run", str(ROOT / "seeds" / "specs" / "simple_task_api.md"), "--out", str(folder), "--json")
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["smoke"]["failed"] == 0
    assert (folder / "devmatrix.lock").stat().st_mtime_ns == before


def test_an_edit_that_breaks_the_spec_is_red(
    round_trip: tuple[Path, Ended], devmatrix: Command, tmp_path: Path
) -> None:
    """``smoke`` asks the folder as it is now: exit 3, with the scenario, both statuses and the place in the code."""
    folder, _ = round_trip
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    edited = [path for path in (broken / "src").rglob("*.py") if "status_code=201" in path.read_text()]
    assert edited
    for path in edited:
        path.write_text(path.read_text().replace("status_code=201", "status_code=200"))
    ended = devmatrix("smoke", str(broken), "--json")
    assert ended.returncode == 3, ended.stderr
    red = [verdict for verdict in json.loads(ended.stdout)["scenarios"] if verdict["verdict"] == "failed"]
    assert red
    assert {(verdict["expected"], verdict["actual"], verdict["cause"]) for verdict in red} <= {
        ("201", "200", "status"),
        ("201", "200", "preparation"),
    }
    assert all(verdict["file"] and verdict["line"] and verdict["fragment"] for verdict in red)
    assert all(verdict["exchanges"] and verdict["log"] is not None for verdict in red)
    ended = devmatrix("smoke", str(broken))
    assert ended.returncode == 3
    assert "see src/" in ended.stdout
