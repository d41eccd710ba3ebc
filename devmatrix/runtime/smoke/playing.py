"""Plays one scenario: its rows go in, its calls are made, and a verdict comes out."""

import asyncio
import datetime as dt
import decimal
import json
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from devmatrix.artifacts.reports import Difference, Exchange, Outcome, SmokeCause, Verdict
from devmatrix.artifacts.scenarios import (
    Arrival,
    Call,
    DatabaseCheck,
    Growth,
    Scenario,
    Step,
    StoredRow,
    Together,
)
from devmatrix.artifacts.terms import Items
from devmatrix.runtime.smoke.asking import Reply, Request, capture, exchanged, judge, prepare, send
from devmatrix.runtime.smoke.counting import counting
from devmatrix.runtime.smoke.matching import differ, differences
from devmatrix.runtime.smoke.moment import Moment, Unresolved, begin, timestamp
from devmatrix.runtime.smoke.racing import holding, settle, until_met
from devmatrix.runtime.smoke.returning import Ledger
from devmatrix.runtime.smoke.storing import insertion, lookup

if TYPE_CHECKING:
    import aiohttp
    import asyncpg  # type: ignore[import-untyped]

NO_STATUS = "no answer"


@dataclass(frozen=True)
class Stage:
    """What every scenario of a round plays on.

    ``pool`` None: there is no database to put rows in; ``ledger`` None: what is left in it harms nobody.
    """

    base: str
    client: "aiohttp.ClientSession"
    pool: "asyncpg.Pool | None"
    log: Callable[[], str]
    ledger: Ledger | None


@dataclass
class Failure(Exception):  # noqa: N818 - a verdict on its way, not a failure of the machine
    """Why the scenario is red."""

    cause: SmokeCause | None
    reason: str
    found: list[Difference] = field(default_factory=list)


@dataclass
class Play:
    """A scenario under way."""

    moment: Moment
    exchanges: list[Exchange] = field(default_factory=list)
    expected: str = ""
    actual: str = ""
    met: bool = False
    """Whether calls were made together: what is wrong after that is wrong with how they met."""


Onlooker = Callable[[int, Moment], AbstractAsyncContextManager[None]]
"""Is there while a step, named by its place, is taken."""


def _nobody(_: int, __: Moment) -> AbstractAsyncContextManager[None]:
    return nullcontext()


async def play(scenario: Scenario, stage: Stage, onlooker: Onlooker = _nobody) -> Verdict:
    """The verdict on one scenario; whatever the application does, it is a verdict and never an exception."""
    course = Play(begin(dt.datetime.now(dt.UTC)))
    try:
        await _put_in(scenario.rows, stage, course)
        for place, step in enumerate(scenario.steps):
            async with onlooker(place, course.moment):
                await _take(step, stage, course)
    except Unresolved as error:
        return await _red(scenario, course, Failure("unresolved", str(error)), stage)
    except Failure as failure:
        return await _red(scenario, course, failure, stage)
    return _verdict(scenario, course, "passed")


async def _take(step: Step, stage: Stage, course: Play) -> None:
    match step:
        case Call():
            await _call(step, stage, course)
        case Arrival():
            await _put_in(step.rows, stage, course)
        case Together():
            await _call_together(step, stage, course)
        case Growth():
            await _call_grown(step, stage, course)
        case DatabaseCheck():
            await _look(step, stage, course)


async def _red(scenario: Scenario, course: Play, failure: Failure, stage: Stage) -> Verdict:
    return _verdict(scenario, course, "failed", failure, await asyncio.to_thread(stage.log))


def skip(scenario: Scenario, reason: str) -> Verdict:
    """The verdict on a scenario that cannot be asked here."""
    expected = next((str(step.expect.status) for step in scenario.steps if isinstance(step, Call)), "")
    return _verdict(scenario, Play(begin(dt.datetime.now(dt.UTC)), [], expected, ""), "skipped", Failure(None, reason))


async def _put_in(rows: tuple[StoredRow, ...], stage: Stage, course: Play) -> None:
    if not rows or stage.pool is None:
        return
    import asyncpg

    script = insertion(rows, course.moment)
    if stage.ledger is not None:
        stage.ledger.note(rows)
    try:
        await stage.pool.execute(script)
    except (asyncpg.PostgresError, OSError) as error:
        if stage.ledger is not None and isinstance(error, asyncpg.PostgresError):
            stage.ledger.strike(rows)
        raise Failure("rows", f"the rows of the scenario cannot be put in: {error}") from error


async def _call(call: Call, stage: Stage, course: Play) -> None:
    request = prepare(call, course.moment)
    reply = await _answer(request, stage, course, call)
    if stage.ledger is not None:
        stage.ledger.witness(call, reply)
    found = judge(call.expect, reply, course.moment, stage.base)
    if call.role == "act" or found:
        course.expected, course.actual = str(call.expect.status), str(reply.status)
    if found:
        wrong_status = reply.status != call.expect.status
        cause: SmokeCause = "preparation" if call.role == "prepare" else "status" if wrong_status else "answer"
        cause = "together" if course.met else cause
        raise Failure(cause, f"{call.method} {request.target}: {_first(found)}", found)
    capture(call.captures, reply, course.moment)


async def _call_together(step: Together, stage: Stage, course: Play) -> None:
    import asyncpg

    if stage.pool is None:
        raise Failure("database", "there is no database whose tables could be held")
    requests = [prepare(call, course.moment) for call in step.calls]
    pairs = zip(step.calls, requests, strict=True)
    try:
        async with holding(stage.pool, step.locks) as connection:
            calls = [asyncio.create_task(_answer(request, stage, course, call)) for call, request in pairs]
            await until_met(connection, calls)
    except (asyncpg.PostgresError, OSError) as error:
        raise Failure("database", f"the tables cannot be held: {error}") from error
    replies = await _all_of(calls)
    course.met = True
    course.expected = " and ".join(str(call.expect.status) for call in step.calls)
    course.actual = " and ".join(sorted(str(reply.status) for reply in replies))
    found = settle(step.calls, replies, course.moment, stage.base)
    if found:
        what = f"{requests[0].method} {requests[0].target}, {len(requests)} times at once"
        raise Failure("together", f"{what}: no order of the calls explains the answers: {_first(found)}", found)


async def _call_grown(step: Growth, stage: Stage, course: Play) -> None:
    import asyncpg

    if stage.pool is None:
        raise Failure("database", "there is no database whose statements could be counted")
    try:
        async with counting(stage.pool, step.watched) as count:
            await _call(step.few, stage, course)
            few = await count.readings()
            await _put_in(step.rows, stage, course)
            start = await count.readings()
            await _call(step.many, stage, course)
            many = await count.readings() - start
    except (asyncpg.PostgresError, OSError) as error:
        raise Failure("database", f"the statements cannot be counted: {error}") from error
    course.expected, course.actual = f"{few} readings", f"{many} readings"
    if many > few:
        what = f"{step.many.method} {course.moment.text(step.many.path)}"
        found = [differ("readings of tables", str(few), many)]
        raise Failure("growth", f"{what}: more rows take more statements: {_first(found)}", found)


async def _all_of(calls: list[asyncio.Task[Reply]]) -> list[Reply]:
    """All answers; the failure of the first call that got none, when every call is over."""
    await asyncio.gather(*calls, return_exceptions=True)
    return [call.result() for call in calls]


async def _answer(request: Request, stage: Stage, course: Play, call: Call) -> Reply:
    import aiohttp

    try:
        reply = await send(stage.client, stage.base, request)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        course.exchanges.append(exchanged(request, None))
        course.expected, course.actual = str(call.expect.status), NO_STATUS
        shown = f"{type(error).__name__}: {error}".rstrip(": ")
        raise Failure("no answer", f"{call.method} {request.target}: no answer ({shown})") from error
    course.exchanges.append(exchanged(request, reply))
    return reply


async def _look(check: DatabaseCheck, stage: Stage, course: Play) -> None:
    import asyncpg

    if stage.pool is None:
        raise Failure("database", "there is no database to look into")
    try:
        rows = await stage.pool.fetch(lookup(check, course.moment))
    except (asyncpg.PostgresError, OSError) as error:
        raise Failure("database", f"table {check.table} cannot be read: {error}") from error
    actual = [[as_json(value) for value in row.values()] for row in rows]
    expected = Items(items=tuple(Items(items=row) for row in check.expected), ordered=False)
    found = differences(expected, actual, course.moment, f"table {check.table}")
    if found:
        course.expected, course.actual = f"{len(expected.items)} rows", f"{len(rows)} rows"
        raise Failure("together" if course.met else "database", _first(found), found)


def as_json(value: Any) -> Any:
    """A value of the database as it would stand in an answer: decimals and times as text."""
    match value:
        case decimal.Decimal():
            return format(value, "f")
        case dt.datetime() | dt.date():
            return timestamp(value)
        case uuid.UUID():
            return str(value)
        case list() | tuple():
            return [as_json(item) for item in value]
        case _:
            return value


async def read_json_columns(connection: "asyncpg.Connection") -> None:
    """Make a new connection give JSON columns as values, not as text."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=_exactly, schema="pg_catalog")


def _exactly(text: str) -> Any:
    return json.loads(text, parse_float=decimal.Decimal)


def _first(found: list[Difference]) -> str:
    return f"{found[0].place} should be {found[0].expected} and is {found[0].actual}"


def _verdict(
    scenario: Scenario, course: Play, outcome: Outcome, failure: Failure | None = None, log: str | None = None
) -> Verdict:
    return Verdict(
        id=scenario.id,
        kind=scenario.kind,
        operation=scenario.operation,
        covers=scenario.covers,
        expected=course.expected,
        actual=course.actual,
        verdict=outcome,
        cause=failure.cause if failure else None,
        reason=failure.reason if failure else None,
        differences=tuple(failure.found) if failure else (),
        exchanges=tuple(course.exchanges),
        log=log,
    )
