"""docs/learning.md: the failure that it follows happens, from the red scenario to the golden pattern."""

import json
from pathlib import Path

import pytest

from devmatrix.runtime.postgres import PostgresServer
from tests.interfaces.conftest import ROOT
from tests.interfaces.guides import blocks_of, follow

GUIDE = ROOT / "docs" / "learning.md"


@pytest.mark.needs_server
def test_the_failure_of_the_guide_happens(
    variables: dict[str, str], postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Each command ends as the guide says, and the reports say what it shows."""
    own = {"DEVMATRIX_HOME": variables["DEVMATRIX_HOME"], "DATABASE_URL": postgres_server.url}
    said = follow(GUIDE, [(line, commands) for line, _, commands in blocks_of(GUIDE)], tmp_path, own)
    for shown in (
        "cause     QUERY_MISMATCH, 2 scenarios, proved at src/core/pagination.py:45",
        "repaired  bind another version than app-pagination@1.1.0",
        "active: replayed on 7 applications: 7 are built otherwise",
        "app-pagination@1.1.0 is avoided, for it led to QUERY_MISMATCH (1 tasks)",
        "A list held the wrong rows, or held them in the wrong order.",
        "app-pagination@1.1.1, with the correction in it, waits for you",
        "added app-pagination@1.1.1 as candidate",
        "app-pagination@1.1.1: candidate -> golden",
    ):
        assert shown in said, shown
    first = json.loads((tmp_path / "songs/.devmatrix/report.json").read_text())
    assert (first["first"]["failed"], first["smoke"]["failed"]) == (2, 0)
    assert {diagnosis["cause"] for diagnosis in first["diagnoses"]} == {"QUERY_MISMATCH"}
    assert (tmp_path / "songs/.devmatrix/repairs/0001.diff").read_text() == first["repairs"][0]["diff"]
    second = json.loads((tmp_path / "tasks/.devmatrix/report.json").read_text())
    assert second["first"] is None
    assert second["smoke"]["failed"] == 0
    assert [one["lesson"] for one in second["advice"]] == [one["lesson"] for one in first["lessons"]]
