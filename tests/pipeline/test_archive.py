"""What is kept beside an application leads back to it."""

import json
from pathlib import Path

import pytest

from devmatrix.artifacts.reports import ObligationCount, RunReport, SmokeReport, Verdict
from devmatrix.artifacts.tree import FileTree, GeneratedFile, Origin
from devmatrix.errors import DevMatrixError
from devmatrix.pipeline.archive import (
    pack,
    read_application,
    read_report,
    read_suite,
    read_tree,
    save_report,
    save_suite,
    write_suite,
)
from devmatrix.pipeline.deriving import key_of
from devmatrix.pipeline.report import line_of, locate
from devmatrix.runtime.folder import write_tree
from tests.pipeline.examples import built

REPORT = RunReport(spec="a.md", ir_digest="0", files=1, lines=2, timings={"read": 0.1}, bindings=())
TEXT = "import os\n\n\nclass Service:\n    async def advance(self) -> None:\n        pass\n"
ORIGIN = Origin(qualified_name="Service.advance", pattern="flow", version="1.0.0", fragment="body", node="operation:x")


def test_a_folder_leads_back_to_its_application(tmp_path: Path) -> None:
    """The typed application is read back equal; the lock knows every file and every pattern."""
    result = built("simple_task_api")
    write_tree(tmp_path / "app", pack(result))
    assert read_application(tmp_path / "app") == result.application
    assert read_suite(tmp_path / "app", "key") is None
    assert read_report(tmp_path / "app") is None
    lock = json.loads((tmp_path / "app" / "devmatrix.lock").read_text())
    assert set(lock["patterns"]) == {f"{binding.pattern}@{binding.version}" for binding in result.bindings}
    kept = {file.path: file.origins for file in read_tree(tmp_path / "app").files}
    assert {file.path: file.origins for file in result.tree.files}.items() <= kept.items()


def test_a_second_writing_changes_nothing(tmp_path: Path) -> None:
    """A report does not make the folder look edited."""
    result = built("simple_task_api")
    assert write_tree(tmp_path / "app", pack(result)).changed
    save_report(tmp_path / "app", REPORT)
    assert not write_tree(tmp_path / "app", pack(result)).changed
    assert read_report(tmp_path / "app") == REPORT


def test_a_folder_that_is_not_ours_says_so(tmp_path: Path) -> None:
    """An absent or broken note is a failure with a way out."""
    with pytest.raises(DevMatrixError, match="holds no application of ours") as caught:
        read_application(tmp_path)
    assert "devmatrix generate" in caught.value.hint
    (tmp_path / ".devmatrix").mkdir()
    (tmp_path / ".devmatrix" / "ir.json").write_text("{}")
    with pytest.raises(DevMatrixError, match="is damaged"):
        read_application(tmp_path)


def test_a_red_verdict_leads_to_its_code() -> None:
    """File, line and fragment behind the operation; the service before anything else."""
    tree = FileTree(
        files=(
            GeneratedFile(path="src/api/routes/x.py", text=TEXT, origins=(ORIGIN,)),
            GeneratedFile(path="src/services/x.py", text=TEXT, origins=(ORIGIN,)),
        )
    )
    red = Verdict(
        id="1", kind="happy", operation="operation:x", covers=(), expected="200", actual="500", verdict="failed"
    )
    found = locate(red, tree)
    assert (found.file, found.line, found.fragment) == ("src/services/x.py", 5, "flow@1.0.0#body")
    assert locate(red, FileTree(files=())) == red


def test_a_name_that_is_gone_leads_to_what_is_left() -> None:
    """An edited file still gives the line of the nearest name that is there."""
    assert line_of("class Service:\n    pass\n", ORIGIN) == 1
    assert line_of("# nothing\n", ORIGIN) == 1
    assert line_of("def (", ORIGIN) == 1


def test_a_report_survives_its_json() -> None:
    """What is written is what is read."""
    smoke = SmokeReport(total=0, passed=0, failed=0, skipped=0, obligations=ObligationCount(), scenarios=())
    report = REPORT.model_copy(update={"smoke": smoke})
    assert RunReport.model_validate_json(report.model_dump_json()) == report


def test_scenarios_are_kept_for_their_application_alone(tmp_path: Path) -> None:
    """They are read back equal, half surrogate pairs and all; for another application they are not there."""
    result = built("simple_task_api", scenarios=True)
    assert result.suite is not None
    save_suite(tmp_path, write_suite(result.suite, key_of(result.application)))
    assert read_suite(tmp_path, key_of(result.application)) == result.suite
    assert read_suite(tmp_path, key_of(result.application.model_copy(update={"name": "Other"}))) is None
    (tmp_path / ".devmatrix" / "scenarios.json").write_text("{")
    assert read_suite(tmp_path, key_of(result.application)) is None
