"""Looks on while a scenario is played, and says what it showed: what was read before and after what is judged."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from devmatrix.artifacts.diagnosis import Observation
from devmatrix.artifacts.predictions import Around, Prediction
from devmatrix.artifacts.reports import Verdict
from devmatrix.artifacts.scenarios import Arrival, Call, DatabaseCheck, Growth, Scenario, StoredRow, Together
from devmatrix.artifacts.tracing import exceptions_of, frames_of
from devmatrix.runtime.smoke.moment import Moment, begin
from devmatrix.runtime.smoke.playing import Stage
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


async def describe(watcher: Watcher, verdict: Verdict, log: str) -> Observation:
    """What a red replay showed; ``log`` is what the application wrote meanwhile."""
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
