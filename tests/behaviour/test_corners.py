"""Specs that no product owner would write: every kind of field, setting and statement, close together."""

from pathlib import Path

import pytest

from devmatrix.runtime.processes import read_tail
from devmatrix.runtime.smoke import Target, ask
from devmatrix.settings import Settings
from tests.behaviour.conftest import CORNERS, Building, deployed

NAMES = sorted(file.stem for file in CORNERS.glob("*.md"))
pytestmark = pytest.mark.needs_server


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("postgres_server")
def test_a_corner_keeps_its_spec(name: str, built: Building, tmp_path: Path, runtime_settings: Settings) -> None:
    """Its application migrates, seeds, starts, and every scenario is green."""
    corner = built(name)
    assert corner.suite is not None
    with deployed(corner, tmp_path / "app", runtime_settings, seed=True) as deployment:
        target = Target(url=deployment.url, database_url=deployment.database_url)
        verdicts = ask(corner.suite, target, log=lambda: read_tail(deployment.log))
    assert len(verdicts) > 250
    assert [f"{v.id}: {v.reason}" for v in verdicts if v.verdict != "passed"][:20] == []
