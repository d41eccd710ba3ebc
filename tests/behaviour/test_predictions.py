"""A sound application does to its database what the model predicts, call by call."""

import asyncio
from pathlib import Path

import pytest

from devmatrix.pipeline.build import Built
from devmatrix.runtime.deploy import Deployment
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.smoke import Target
from devmatrix.runtime.smoke.observing import Watcher
from devmatrix.runtime.smoke.playing import play
from devmatrix.runtime.smoke.rounds import open_stage, sweep
from devmatrix.runtime.smoke.snapshots import contrast
from devmatrix.scenarios import predict
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building, deployed

pytestmark = pytest.mark.needs_server

EVERY = 4
"""One scenario in so many is watched."""


async def unlike(built: Built, deployment: Deployment) -> list[str]:
    """The scenarios in which anything is absent or beyond; their number is told by the last element."""
    assert built.suite is not None
    chosen = built.suite.scenarios[::EVERY]
    predictions = predict(built.application, [scenario.id for scenario in chosen])
    changed, found = 0, []
    async with open_stage(Target(url=deployment.url, database_url=deployment.database_url), str, None, 1) as stage:
        for scenario in chosen:
            await sweep(built.suite.tables, stage)
            watcher = Watcher(scenario, stage, predictions[scenario.id])
            verdict = await play(scenario, stage, watcher.look_on)
            assert verdict.verdict == "passed"
            if watcher.judged is None or watcher.moment is None:
                continue
            around = predictions[scenario.id].around(watcher.judged)
            assert around is not None
            seen = contrast(around, watcher.keys, watcher.before, watcher.after, watcher.moment)
            changed += bool(seen.changes)
            found += [scenario.id] if seen.absent or seen.beyond else []
    return [*found, str(changed)]


@pytest.mark.parametrize("name", ["simple_task", "variants"])
def test_nothing_is_absent_and_nothing_is_beyond(
    name: str, built: Building, tmp_path: Path, runtime_settings: Settings, postgres_server: PostgresServer
) -> None:
    """Whatever a call changes is predicted, clocks and made rows included; versions of rows are nobody's promise."""
    del postgres_server
    with deployed(built(name), tmp_path / "app", runtime_settings) as deployment:
        *found, changed = asyncio.run(unlike(built(name), deployment))
    assert found == []
    assert int(changed) > 3
