"""Makes calls meet: tables are held until every call waits for them, and the answers are judged in any order."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import permutations
from typing import TYPE_CHECKING

from devmatrix.artifacts.reports import Difference
from devmatrix.artifacts.scenarios import Call
from devmatrix.runtime.smoke.asking import Reply, capture, judge
from devmatrix.runtime.smoke.matching import differ
from devmatrix.runtime.smoke.moment import Moment, Unresolved

if TYPE_CHECKING:
    import asyncpg  # type: ignore[import-untyped]

PATIENCE_SECONDS = 1.5
"""So long calls are waited for that neither come to a lock nor answer."""

PAUSE_SECONDS = 0.002
LOCK_SECONDS = 5
_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@asynccontextmanager
async def holding(pool: "asyncpg.Pool", tables: Iterable[str]) -> AsyncIterator["asyncpg.Connection"]:
    """Hold tables for the length of the block: others read them, and wait where they lock or write a row.

    Raises asyncpg's LockNotAvailableError where somebody else holds them for long.
    """
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            names = ", ".join(tables)
            await connection.execute(
                f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'; LOCK TABLE {names} IN EXCLUSIVE MODE"
            )
            yield connection
        finally:
            await transaction.rollback()


async def until_met(connection: "asyncpg.Connection", calls: Sequence["asyncio.Task[Reply]"]) -> bool:
    """Wait until each call waits for a lock or is over; False when patience ends first."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + PATIENCE_SECONDS
    while clock.time() < deadline:
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        waiting = await connection.fetchval(_WAITING)
        if waiting + sum(call.done() for call in calls) >= len(calls):
            return True
        await asyncio.sleep(PAUSE_SECONDS)
    return False


def settle(calls: Sequence[Call], replies: Sequence[Reply], moment: Moment, base: str) -> list[Difference]:
    """Differences to the order of the calls that comes nearest; none, and captures kept, where one explains all."""
    nearest: tuple[int, list[Difference]] | None = None
    for order in permutations(replies):
        trial = Moment(moment.now, dict(moment.captured))
        found = [item for call, reply in zip(calls, order, strict=True) for item in _judge(call, reply, trial, base)]
        if not found:
            moment.captured.update(trial.captured)
            return []
        distance = sum(1000 if item.place.endswith(" status") else 1 for item in found)
        if nearest is None or distance < nearest[0]:
            nearest = distance, found
    return nearest[1] if nearest else []


def _judge(call: Call, reply: Reply, moment: Moment, base: str) -> list[Difference]:
    """The answer in the place of this call."""
    try:
        found = judge(call.expect, reply, moment, base)
        if not found:
            capture(call.captures, reply, moment)
    except Unresolved as error:
        found = [differ("capture", str(error), None)]
    return [item.model_copy(update={"place": f"{call.expect.status}: {item.place}"}) for item in found]
