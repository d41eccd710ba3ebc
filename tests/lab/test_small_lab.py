"""The small lab, for real: faults in running applications, and what the loop makes of them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from devmatrix.lab.results import LabReport
from devmatrix.runtime.postgres import PostgresServer

PROGRAM = Path(sys.executable).with_name("devmatrix")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Path:
    """The folder of a small lab that has run."""
    folder = tmp_path_factory.mktemp("lab")
    environment = {**os.environ, "DATABASE_URL": postgres_server.url}
    done = run(folder, environment)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return folder


def run(folder: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """``devmatrix lab --small`` in a process of its own."""
    words = [str(PROGRAM), "lab", "--small", "--out", str(folder)]
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=900, check=False)


@pytest.mark.needs_server
def test_the_loop_keeps_its_promises(small: Path) -> None:
    """Every fault is seen, explained, repaired and not met again; without memory and with a placebo it comes again."""
    report = LabReport.model_validate_json((small / "lab.json").read_text())
    found = {measure.name: measure for measure in report.measures}
    assert [measure.name for measure in report.measures if not measure.kept] == []
    assert found["detection"].total == report.faults >= 8
    assert found["repair proved"].share >= 0.85
    assert found["recurs, same application"].hits == 0
    assert found["recurs, other applications"].hits == 0
    assert found["recurs without memory, same"].share >= 0.6
    assert found["recurs with a placebo"].share >= 0.6
    assert found["harm"].hits == 0
    assert found["pairs repaired"].total > 0
    curve = {(point.arm, point.generation): point.passed / point.asked for point in report.curve}
    assert curve["memory", 2] > curve["no memory", 2]


@pytest.mark.needs_server
def test_what_is_shown_is_what_was_measured(small: Path) -> None:
    """The table names each measure and family; the curve is a picture."""
    report = json.loads((small / "lab.json").read_text())
    text = (small / "lab.txt").read_text()
    for measure in report["measures"]:
        assert measure["name"] in text
    for family in report["families"]:
        assert family in text
    assert ElementTree.parse(small / "curve.svg").getroot().tag.endswith("svg")


@pytest.mark.needs_server
def test_a_finished_lab_is_not_run_again(small: Path, postgres_server: PostgresServer) -> None:
    """What the journal holds is taken from there: the second time gives the same cases, and asks nothing."""
    before = LabReport.model_validate_json((small / "lab.json").read_text())
    kept = (small / "cases.jsonl").read_bytes()
    assert run(small, {**os.environ, "DATABASE_URL": postgres_server.url}).returncode == 0
    after = LabReport.model_validate_json((small / "lab.json").read_text())
    assert after.model_copy(update={"seconds": 0.0}) == before.model_copy(update={"seconds": 0.0})
    assert (small / "cases.jsonl").read_bytes() == kept
