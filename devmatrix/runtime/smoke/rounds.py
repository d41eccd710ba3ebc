"""Plays a whole suite: first the scenarios that bear company, side by side, then the lonely ones, one by one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from devmatrix.artifacts.reports import ObligationCount, OpenObligation, SmokeReport, Verdict
from devmatrix.artifacts.scenarios import Call, Growth, Scenario, ScenarioSuite, Together
from devmatrix.errors import ServerUnavailable
from devmatrix.ir.application import ApplicationIR
from devmatrix.runtime.smoke.playing import Stage, play, read_json_columns, skip
from devmatrix.runtime.smoke.returning import Ledger, take_out
from devmatrix.runtime.sql import explain, hide_password, plain_url

if TYPE_CHECKING:
    import asyncpg  # type: ignore[import-untyped]

CONCURRENCY = 8
CALL_SECONDS = 30.0
KEEP_ALIVE_SECONDS = 2.0
"""Shorter than any server's, so that no call meets a connection that is being closed."""


class Target(BaseModel):
    """A running application. ``shared``: others use its database, so nothing is emptied and our rows are taken out."""

    model_config = ConfigDict(frozen=True)

    url: str
    database_url: str | None = None
    shared: bool = False


Tell = Callable[[Verdict], None]


def _hush(_: Verdict) -> None:
    """Tell nobody."""


def ask(
    suite: ScenarioSuite,
    target: Target,
    *,
    application: ApplicationIR | None = None,
    log: Callable[[], str] = str,
    tell: Tell = _hush,
    concurrency: int = CONCURRENCY,
) -> tuple[Verdict, ...]:
    """Verdicts in the order of the suite. ``log`` gives the last lines of the application's log, ``tell`` hears each
    verdict as it falls. On a shared database ``application`` is needed to know the rows that calls made.
    """
    ledger = Ledger(application)
    try:
        return asyncio.run(_play_all(suite, target, log, tell, ledger, concurrency))
    finally:
        if target.shared and target.database_url is not None and ledger.rows:
            asyncio.run(take_out(ledger, suite.tables, plain_url(target.database_url)))


def summarise(suite: ScenarioSuite, verdicts: Sequence[Verdict]) -> SmokeReport:
    """The verdicts with their counts, and how the obligations ended."""
    outcomes = [outcome.status for outcome in suite.outcomes]
    asked = {covered for verdict in verdicts if verdict.verdict != "skipped" for covered in verdict.covers}
    covered = [item.obligation.id in asked for item in suite.outcomes if item.status == "covered"]
    return SmokeReport(
        total=len(verdicts),
        passed=sum(verdict.verdict == "passed" for verdict in verdicts),
        failed=sum(verdict.verdict == "failed" for verdict in verdicts),
        skipped=sum(verdict.verdict == "skipped" for verdict in verdicts),
        obligations=ObligationCount(
            covered=covered.count(True),
            unreachable=outcomes.count("unreachable"),
            unsolved=outcomes.count("unsolved"),
            unasked=covered.count(False),
        ),
        open=tuple(
            OpenObligation(id=item.obligation.id, status=item.status, implied_by=item.implied_by, reason=item.reason)
            for item in suite.outcomes
            if item.status != "covered"
        ),
        scenarios=tuple(verdicts),
    )


def load_clients() -> None:
    """Import what talks HTTP and SQL, so that ``ask`` need not; it takes a while."""
    import aiohttp
    import asyncpg

    del aiohttp, asyncpg


async def _play_all(
    suite: ScenarioSuite, target: Target, log: Callable[[], str], tell: Tell, ledger: Ledger, concurrency: int
) -> tuple[Verdict, ...]:
    verdicts: dict[str, Verdict] = {}

    def keep(scenario: Scenario, verdict: Verdict) -> None:
        verdicts[scenario.id] = verdict
        tell(verdict)

    async with open_stage(target, log, ledger if target.shared else None, concurrency) as stage:
        playable: list[Scenario] = []
        for scenario in suite.scenarios:
            if reason := why_not(scenario, target):
                keep(scenario, skip(scenario, reason))
            else:
                playable.append(scenario)
        if not target.shared:
            await empty(suite.tables, stage)
        waiting = deque(scenario for scenario in playable if not scenario.alone)
        await asyncio.gather(*(_work(waiting, stage, keep) for _ in range(concurrency)))
        lonely = [scenario for scenario in playable if scenario.alone]
        if lonely:
            await empty(suite.tables, stage)
        for scenario in lonely:
            keep(scenario, await play(scenario, stage))
            await sweep(suite.tables, stage)
    return tuple(verdicts[scenario.id] for scenario in suite.scenarios)


def why_not(scenario: Scenario, target: Target) -> str:
    """Why the scenario cannot be asked of this target; empty when it can."""
    if target.database_url is None:
        needs_rows = bool(scenario.rows) or any(not isinstance(step, Call) for step in scenario.steps)
        if needs_rows or scenario.alone:
            return "needs the database"
    elif target.shared and any(isinstance(step, Together) for step in scenario.steps):
        return "holds tables while calls meet, and others use these"
    elif target.shared and any(isinstance(step, Growth) for step in scenario.steps):
        return "puts views that count before tables, and others use these"
    elif target.shared and scenario.alone:
        return "judges a whole collection, and this one holds the rows of others"
    return ""


async def _work(waiting: deque[Scenario], stage: Stage, keep: Callable[[Scenario, Verdict], None]) -> None:
    while waiting:
        scenario = waiting.popleft()
        keep(scenario, await play(scenario, stage))


async def empty(tables: tuple[str, ...], stage: Stage) -> None:
    """Empty the tables, however full they are."""
    if tables and stage.pool is not None:
        await stage.pool.execute(f"TRUNCATE {', '.join(tables)}")


async def sweep(tables: tuple[str, ...], stage: Stage) -> None:
    """Empty tables that hold a few rows: thirty times faster than to truncate them."""
    import asyncpg

    if not tables or stage.pool is None:
        return
    try:
        await stage.pool.execute(";".join(f"DELETE FROM {table}" for table in reversed(tables)))  # noqa: S608
    except asyncpg.IntegrityConstraintViolationError:
        await empty(tables, stage)  # the tables refer to each other in a circle


@asynccontextmanager
async def open_stage(
    target: Target, log: Callable[[], str], ledger: Ledger | None, concurrency: int
) -> AsyncIterator[Stage]:
    """What scenarios play on, for the length of the block."""
    import aiohttp

    client = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=max(2, concurrency), keepalive_timeout=KEEP_ALIVE_SECONDS),
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=True,
    )
    async with client, _pool(target, concurrency) as pool:
        yield Stage(base=target.url, client=client, pool=pool, log=log, ledger=ledger)


async def _leave_as_it_is(connection: "asyncpg.Connection") -> None:
    """Spare a round trip for each statement: none of ours changes a setting, takes a lock or opens a cursor."""
    del connection


@asynccontextmanager
async def _pool(target: Target, size: int) -> AsyncIterator["asyncpg.Pool | None"]:
    if target.database_url is None:
        yield None
        return
    import asyncpg

    url = plain_url(target.database_url)
    settings = {"timezone": "UTC", "application_name": "devmatrix smoke"}
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            init=read_json_columns,
            reset=_leave_as_it_is,
            server_settings=settings,
            timeout=10,
        )
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServerUnavailable(f"the database does not let us in at {hide_password(url)}: {explain(error)}") from error
    try:
        yield pool
    finally:
        pool.terminate()
