"""Specs that no product owner would write: every kind of field, setting and statement, close together."""

from pathlib import Path

import pytest

from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from devmatrix.runtime.processes import read_tail
from devmatrix.runtime.smoke import Target, ask
from devmatrix.settings import Settings
from patternbank.bank import open_bank
from tests.behaviour.conftest import deployed

CORNERS = sorted((Path(__file__).parent / "corners").glob("*.md"))
pytestmark = pytest.mark.needs_server


@pytest.mark.parametrize("spec", CORNERS, ids=lambda spec: spec.stem)
@pytest.mark.usefixtures("postgres_server")
def test_a_corner_keeps_its_spec(spec: Path, tmp_path: Path, runtime_settings: Settings) -> None:
    """Its application migrates, seeds, starts, and every scenario is green."""
    with open_bank(":memory:") as bank:
        built = build(spec.read_bytes(), spec.name, bank, Recorder())
    assert isinstance(built, Built), [item.render() for item in built.diagnostics]
    assert built.suite is not None
    with deployed(built, tmp_path / "app", runtime_settings, seed=True) as deployment:
        target = Target(url=deployment.url, database_url=deployment.database_url)
        verdicts = ask(built.suite, target, log=lambda: read_tail(deployment.log))
    assert len(verdicts) > 400
    assert [f"{v.id}: {v.reason}" for v in verdicts if v.verdict != "passed"][:20] == []
