"""Plays red scenarios again, alone, and reads the database before and after what they judge."""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Literal

from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.predictions import Around, Prediction
from devmatrix.artifacts.reports import Verdict
from devmatrix.artifacts.scenarios import (
    Arrival,
    Call,
    DatabaseCheck,
    Growth,
    Scenario,
    ScenarioSuite,
    StoredRow,
    Together,
)
from devmatrix.artifacts.tracing import exceptions_of, frames_of, fresh
from devmatrix.runtime.smoke.moment import Moment, begin
from devmatrix.runtime.smoke.playing import Stage, play
from devmatrix.runtime.smoke.rounds import Target, open_stage, sweep
from devmatrix.runtime.smoke.snapshots import (
    Contrast,
    Keys,
    Snapshot,
    contrast,
    key_of,
    named,
    read_tables,
    terms_of,
    unlike,
)
from devmatrix.runtime.smoke.storing import table_of

MOST = 40
"""So many red scenarios are watched; the others are known by those of their operation and kind."""

TIMES = 2
RACES = 3
SHOWN = 20

Role = Literal["rows", "prepare", "act", "observe", "database", "together", "start"]
NOWHERE = Around(step=0, before=(), after=())


@dataclass
class Watcher:
    """Looks on while a scenario is played: reads all tables around each judged step."""

    scenario: Scenario
    stage: Stage
    prediction: Prediction
    calls: int = 1
    """So many steps, from one that is judged, are judged as one."""
    step: int | None = None
    judged: int | None = None
    moment: Moment | None = None
    first: Snapshot | None = None
    before: Snapshot = field(default_factory=dict)
    after: Snapshot = field(default_factory=dict)

    @property
    def keys(self) -> Keys:
        """The tables to read."""
        return dict(self.prediction.keys)

    @asynccontextmanager
    async def look_on(self, place: int, moment: Moment) -> AsyncIterator[None]:
        """Be there while the step at this place is taken."""
        self.step, self.moment = place, moment
        if any(act.step == place for act in self.prediction.acts):
            self.judged, self.before = place, await self.read()
            self.first = self.before if self.first is None else self.first
        try:
            yield
        finally:
            if self.judged is not None and place in range(self.judged, self.judged + self.calls):
                self.after = await self.read()

    async def read(self) -> Snapshot:
        """What all tables hold now."""
        return {} if self.stage.pool is None else await read_tables(self.stage.pool, self.keys)


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
    return await _describe(watcher, verdict, fresh(earlier, verdict.log or ""))


async def _describe(watcher: Watcher, verdict: Verdict, log: str) -> Observation:
    found = await _contrast(watcher)
    places = tuple(item.place for item in verdict.differences[:SHOWN])
    expected, actual = _statuses(watcher, verdict)
    faithful = watcher.judged is not None and not found.absent and not found.beyond
    return Observation(
        scenario=watcher.scenario.id,
        again=True,
        times=1,
        role=_role(watcher, verdict),
        expected=expected,
        actual=actual,
        missing=tuple(await _missing(watcher))[:SHOWN],
        changes=tuple(found.changes[:SHOWN]),
        absent=tuple(dict.fromkeys(found.absent))[:SHOWN],
        beyond=tuple(dict.fromkeys(found.beyond))[:SHOWN],
        stale=places if faithful and verdict.cause == "answer" else (),
        failure=verdict.cause or "",
        step=watcher.step,
        places=places,
        exceptions=exceptions_of(log),
        frames=frames_of(log),
    )


async def _contrast(watcher: Watcher) -> Contrast:
    """What the judged step did, and what came after it unasked."""
    if watcher.judged is None or watcher.moment is None:
        return Contrast()
    around = watcher.prediction.around(watcher.judged) or NOWHERE
    found = contrast(around, watcher.keys, watcher.before, watcher.after, watcher.moment)
    if watcher.step is not None and watcher.step >= watcher.judged + watcher.calls:
        still = around.model_copy(update={"before": around.after})
        later = contrast(still, watcher.keys, watcher.after, await watcher.read(), watcher.moment)
        found.beyond += later.beyond
    return found


async def _missing(watcher: Watcher) -> list[str]:
    """What the first judged step needs, that nobody put in, and that was not there when it was read."""
    if not watcher.prediction.acts:
        return []
    first = watcher.prediction.acts[0]
    arrived = [step for step in watcher.scenario.steps[: first.step] if isinstance(step, Arrival)]
    put_in = (*watcher.scenario.rows, *(row for step in arrived for row in step.rows))
    found = await watcher.read() if watcher.first is None else watcher.first
    moment = watcher.moment or begin(dt.datetime.now(dt.UTC))
    needed = [row for row in first.before if row not in put_in]
    return [text for row in needed for text in _lacking(row, put_in, watcher.keys, found, moment)]


def _lacking(
    needed: StoredRow, put_in: tuple[StoredRow, ...], keys: Keys, found: Snapshot, moment: Moment
) -> list[str]:
    """The row, or those of its columns, that are neither put in nor there."""
    table, terms = table_of(needed), terms_of(needed)
    key = key_of(terms, keys[table], moment)
    row = None if key is None else found[table].get(key)
    if row is None:
        return [f"{named(table)}: a row"]
    alike = [terms_of(item) for item in put_in if table_of(item) == table]
    other = next((item for item in alike if key_of(item, keys[table], moment) == key), {})
    changed = {column for column, term in terms.items() if other.get(column) != term}
    return [f"{named(table)}.{column}" for column in unlike(terms, row, moment) if column in changed]


def _role(watcher: Watcher, verdict: Verdict) -> Role:
    """What kind of step failed."""
    if verdict.cause == "rows" or watcher.step is None:
        return "rows"
    step = watcher.scenario.steps[watcher.step]
    if verdict.cause == "together" or isinstance(step, Together):
        return "together"
    if isinstance(step, DatabaseCheck):
        return "database"
    return step.role if isinstance(step, Call) else "act"


def _statuses(watcher: Watcher, verdict: Verdict) -> tuple[int | None, int | None]:
    """Expected and actual status of the call that failed; where it only looked, or none did, of the judged one."""
    step = None if watcher.step is None else watcher.scenario.steps[watcher.step]
    step = step.few if isinstance(step, Growth) else step
    if isinstance(step, Call) and step.role != "observe":
        answered = verdict.exchanges[-1].status if verdict.exchanges else None
        if answered != step.expect.status or watcher.calls == 1:
            return step.expect.status, answered
    judged = None if watcher.judged is None else watcher.scenario.steps[watcher.judged]
    return (judged.expect.status, judged.expect.status) if isinstance(judged, Call) else (None, None)
