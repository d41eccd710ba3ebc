"""Every shipped example becomes an application that keeps its spec."""

import json
import urllib.request
from pathlib import Path

import pytest

from devmatrix.checks.documents import document_differences
from devmatrix.pipeline.build import Built
from devmatrix.runtime.processes import read_tail
from devmatrix.runtime.smoke import Target, ask, summarise
from devmatrix.settings import Settings
from tests.behaviour.conftest import SPECS, Building, deployed

EXAMPLES = sorted(file.name.removesuffix("_api.md") for file in SPECS.glob("*_api.md"))
pytestmark = pytest.mark.needs_server


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.usefixtures("postgres_server")
def test_every_scenario_is_green(name: str, built: Building, tmp_path: Path, runtime_settings: Settings) -> None:
    """All scenarios pass, no obligation is left unsolved, the document is true, and the seeds are there."""
    application = built(name)
    assert application.suite is not None
    with deployed(application, tmp_path / "app", runtime_settings, seed=True) as deployment:
        target = Target(url=deployment.url, database_url=deployment.database_url)
        with urllib.request.urlopen(f"{deployment.url}/openapi.json") as answer:
            says = json.load(answer)
        verdicts = ask(application.suite, target, log=lambda: read_tail(deployment.log))
    smoke = summarise(application.suite, verdicts)
    red = [
        f"{v.id}: expected {v.expected}, got {v.actual} {v.differences[:3]}" for v in verdicts if v.verdict != "passed"
    ]
    assert not red, "\n".join(red[:20])
    assert smoke.obligations.unsolved == 0
    assert smoke.total == len(application.suite.scenarios) > 20
    assert document_differences(written_document(application), says) == ()


def written_document(application: Built) -> dict[str, object]:
    """``openapi.json`` with the two routes that every application has."""
    document: dict[str, object] = json.loads(application.tree.text("openapi.json"))
    return document


def test_the_shop_has_many_scenarios(built: Building) -> None:
    """The e-commerce example is asked far more than 76 questions."""
    suite = built("ecommerce").suite
    assert suite is not None
    assert len(suite.scenarios) >= 76
