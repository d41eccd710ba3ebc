"""Plays red scenarios again, alone, and reads the database before and after what they judge."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from itertools import chain, zip_longest

from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.predictions import Prediction
from devmatrix.artifacts.scenarios import Scenario, ScenarioSuite, Together
from devmatrix.artifacts.tracing import fresh
from devmatrix.runtime.smoke.observing import Watcher, describe
from devmatrix.runtime.smoke.playing import Stage, play
from devmatrix.runtime.smoke.rounds import Target, open_stage, sweep

MOST = 40
"""So many red scenarios are watched; the others are known by those of their operation and kind."""

TIMES = 2
RACES = 3


def watch(
    suite: ScenarioSuite,
    failed: Collection[str],
    target: Target,
    predictions: Mapping[str, Prediction],
    *,
    log: Callable[[], str] = str,
    times: int = TIMES,
    most: int = MOST,
) -> tuple[Observation, ...]:
    """What the red scenarios show when each is played again ``times`` times on empty tables, in the suite's order.

    At most ``most`` of them, spread over operations and kinds. Nothing on a database that others use: it cannot be
    emptied.
    """
    if target.shared or target.database_url is None:
        return ()
    wanted = set(failed)
    chosen = spread([scenario for scenario in suite.scenarios if scenario.id in wanted], most)
    return asyncio.run(_watch_all(chosen, suite.tables, target, predictions, log, times))


def spread(scenarios: Collection[Scenario], most: int) -> list[Scenario]:
    """At most so many, from each operation and kind in turn, in their order."""
    groups: dict[tuple[str, str], list[Scenario]] = defaultdict(list)
    for scenario in scenarios:
        groups[scenario.operation, scenario.kind].append(scenario)
    turns = [item for turn in zip_longest(*groups.values()) for item in turn if item is not None]
    chosen = {item.id for item in turns[:most]}
    return [scenario for scenario in scenarios if scenario.id in chosen]


async def _watch_all(
    scenarios: list[Scenario],
    tables: tuple[str, ...],
    target: Target,
    predictions: Mapping[str, Prediction],
    log: Callable[[], str],
    times: int,
) -> tuple[Observation, ...]:
    found: list[Observation] = []
    async with open_stage(target, log, None, 1) as stage:
        for scenario in scenarios:
            known = predictions.get(scenario.id) or Prediction(scenario=scenario.id, acts=(), keys=())
            if any(isinstance(step, Together) for step in scenario.steps):
                found.append(await _watch_race(scenario, known, tables, stage))
            else:
                found.append(await _watch(scenario, known, tables, stage, times))
        await sweep(tables, stage)
    return tuple(found)


async def _watch(
    scenario: Scenario, prediction: Prediction, tables: tuple[str, ...], stage: Stage, times: int
) -> Observation:
    """One scenario again and again: whether every replay was red, and what the last red one showed."""
    outcomes: list[bool] = []
    seen = Observation(scenario=scenario.id, again=False, times=0, role="act")
    while len(outcomes) < times and all(outcomes):
        found = await _replay(Watcher(scenario, stage, prediction), tables)
        outcomes.append(found is not None)
        seen = found or seen
    return seen.model_copy(update={"again": all(outcomes), "times": len(outcomes)})


async def _watch_race(scenario: Scenario, prediction: Prediction, tables: tuple[str, ...], stage: Stage) -> Observation:
    """A race, believed when one replay of a few is red; where its calls go wrong one by one too, it is none."""
    one_by_one, calls = in_turn(scenario)
    found = await _replay(Watcher(one_by_one, stage, prediction, calls), tables)
    if found is not None:
        return found
    for turn in range(1, RACES + 1):
        found = await _replay(Watcher(scenario, stage, prediction), tables)
        if found is not None:
            return found.model_copy(update={"times": turn})
    return Observation(scenario=scenario.id, again=False, times=RACES, role="together")


def in_turn(scenario: Scenario) -> tuple[Scenario, int]:
    """The scenario with the calls that it makes together made in their order, and how many those are."""
    met = next((step for step in scenario.steps if isinstance(step, Together)), None)
    steps = (step.calls if isinstance(step, Together) else (step,) for step in scenario.steps)
    return scenario.model_copy(update={"steps": tuple(chain.from_iterable(steps))}), len(met.calls) if met else 1


async def _replay(watcher: Watcher, tables: tuple[str, ...]) -> Observation | None:
    """What a red replay showed; None when it was green."""
    await sweep(tables, watcher.stage)
    earlier = await asyncio.to_thread(watcher.stage.log)
    verdict = await play(watcher.scenario, watcher.stage, watcher.look_on)
    if verdict.verdict != "failed":
        return None
    return await describe(watcher, verdict, fresh(earlier, verdict.log or ""))
