"""Names that the generated code needs for itself: an application has them and is still clean, and still right."""

import subprocess
import sys
from pathlib import Path

import pytest

from devmatrix.pipeline.archive import pack
from devmatrix.pipeline.build import Built, build
from devmatrix.pipeline.recorder import Recorder
from devmatrix.runtime.environments import LOCK_FILE, ensure_environment
from devmatrix.runtime.folder import write_tree
from devmatrix.runtime.processes import read_tail
from devmatrix.runtime.smoke import Target, ask
from devmatrix.settings import Settings
from patternbank.opening import open_bank
from tests.behaviour.conftest import CORNERS, SPECS, deployed
from tests.properties.renaming import awkward, identifiers, rename

TURNS = {
    "courses": 0,
    "ecommerce": 37,
    "playlists": 66,
    "rentals": 83,
    "simple_task": 29,
    "tech_spec": 11,
    "zints": 105,
}


def awkwardly(name: str, *, scenarios: bool = False) -> Built:
    """An example whose words are words of the generated code; a corner as it stands."""
    corner = CORNERS / f"{name}.md"
    text = corner.read_text() if corner.exists() else (SPECS / f"{name}_api.md").read_text()
    if not corner.exists():
        text = rename(text, awkward(identifiers(text), TURNS[name]))
    built = build(text.encode(), "spec.md", open_bank(":memory:"), Recorder(), scenarios=scenarios)
    assert isinstance(built, Built), [item.render() for item in built.diagnostics]
    return built


def complaints(*command: str, folder: Path) -> list[str]:
    """What a tool has to say about the applications in a folder; nothing where it is content."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()


@pytest.mark.needs_server
def test_code_stays_clean_whatever_the_names(tmp_path: Path, runtime_settings: Settings) -> None:
    """Neither ruff nor mypy has anything to say about any example with awkward names."""
    found: dict[str, list[str]] = {}
    for name in (*TURNS, "names"):
        folder = tmp_path / name
        write_tree(folder, pack(awkwardly(name)))
        python = ensure_environment(runtime_settings, folder / LOCK_FILE).python
        ruff = complaints(sys.executable, "-m", "ruff", "check", "--no-cache", "--quiet", ".", folder=folder)
        cache = ("--cache-dir", str(tmp_path / "mypy"))
        types = (sys.executable, "-m", "mypy", "--python-executable", str(python), *cache)
        found[name] = ruff + complaints(*types, folder=folder)
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.needs_server
@pytest.mark.usefixtures("postgres_server")
def test_an_awkward_application_keeps_its_spec(tmp_path: Path, runtime_settings: Settings) -> None:
    """Deployed on PostgreSQL, every scenario is green."""
    built = awkwardly("playlists", scenarios=True)
    assert built.suite is not None
    with deployed(built, tmp_path / "app", runtime_settings, seed=True) as deployment:
        target = Target(url=deployment.url, database_url=deployment.database_url)
        verdicts = ask(built.suite, target, log=lambda: read_tail(deployment.log))
    assert len(verdicts) > 100
    assert [f"{v.id}: {v.reason}" for v in verdicts if v.verdict != "passed"][:20] == []
