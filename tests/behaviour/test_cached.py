"""Reads that are kept in a real Redis are never older than the last write that was answered, whatever happens to it."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from devmatrix.artifacts.tree import FileTree, GeneratedFile
from devmatrix.runtime.deploy import Deployment
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.processes import read_tail
from devmatrix.runtime.smoke import Target, ask
from devmatrix.runtime.sql import connected
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building, deployed
from tests.behaviour.redis_server import IS_THERE, RedisServer, running_redis

pytestmark = [
    pytest.mark.needs_server,
    pytest.mark.skipif(not IS_THERE, reason="needs `redis-server` and `redis-cli` on the PATH, to keep answers"),
]

Json = dict[str, Any]
Call = Callable[..., Awaitable[tuple[int, Json]]]
BOTH = "2"
"""How many processes serve: what one of them writes the other must see."""


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis for this module."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def meters(
    built: Building,
    redis: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_settings: Settings,
    postgres_server: PostgresServer,
) -> Iterator[Deployment]:
    """The running application, in two processes that share a Redis."""
    del postgres_server
    folder = tmp_path_factory.mktemp("cached") / "app"
    environment = (("REDIS_URL", redis.url), ("WEB_CONCURRENCY", BOTH))
    with deployed(built("variants"), folder, runtime_settings, environment=environment) as deployment:
        yield deployment


@pytest.fixture(autouse=True)
def _redis_runs(redis: RedisServer) -> None:
    """Each test begins with a Redis that answers."""
    if redis.ask("PING") != "PONG":
        redis.start()


def play(meters: Deployment, scene: Callable[[Call], Awaitable[Any]], *, sticky: bool = False) -> Any:
    """Run a scene against the application: each call goes to any process, or all of them to one."""

    async def run() -> Any:
        connector = aiohttp.TCPConnector(limit=1) if sticky else aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(meters.url, connector=connector) as session:

            async def call(method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
                async with session.request(method, path, json=body) as answer:
                    return answer.status, await answer.json(content_type=None) if await answer.text() else {}

            return await scene(call)

    return asyncio.run(run())


async def made(call: Call, path: str, **body: Any) -> str:
    """The path of a new row."""
    status, row = await call("POST", path, body)
    assert status == 201, row
    return f"{path}/{row['id']}"


async def behind(meters: Deployment, path: str, name: str) -> None:
    """Rename a row behind the application's back."""

    def change() -> None:
        table, key = path.split("/")[-2:]
        with connected(meters.database_url) as session:
            session.execute(f"UPDATE {table} SET name = '{name}' WHERE id = '{key}'")

    await asyncio.to_thread(change)


async def kept(call: Call, meters: Deployment, path: str) -> None:
    """Wait until answers are kept, which a change behind the application's back shows."""
    for _ in range(50):
        await made(call, "/shelfs", name="another")
        name = (await call("GET", path))[1]["name"]
        await behind(meters, path, "behind")
        found = (await call("GET", path))[1]["name"]
        await behind(meters, path, name)
        if found == name:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nothing is kept")


def test_an_answer_is_kept_until_anything_is_written(meters: Deployment, redis: RedisServer) -> None:
    """A change behind the application's back is not seen, until a write elsewhere, which makes all be read anew."""

    async def scene(call: Call) -> None:
        shelf, other = await made(call, "/shelfs", name="one"), await made(call, "/shelfs", name="two")
        await kept(call, meters, shelf)
        await behind(meters, shelf, "behind")
        hits = redis.count("keyspace_hits")
        for _ in range(10):
            assert (await call("GET", shelf))[1]["name"] == "one"
        assert redis.count("keyspace_hits") == hits + 20
        assert (await call("PUT", other, {"name": "three"}))[0] == 200
        assert (await call("GET", shelf))[1]["name"] == "behind"

    play(meters, scene)


def test_every_way_to_change_a_row_is_seen(meters: Deployment) -> None:
    """The row itself, what is computed of its parts, what a deletion clears or takes along."""

    async def scene(call: Call) -> None:
        shelf = await made(call, "/shelfs", name="s")
        thing = await made(call, "/things", there=True)
        assert (await call("GET", shelf))[1]["held"] == 0
        slot = await made(call, f"{shelf}/slots", thing_id=thing.split("/")[-1], amount=1)
        assert (await call("GET", shelf))[1]["held"] == 1
        assert (await call("GET", slot))[1]["thing_id"] == thing.split("/")[-1]
        assert (await call("GET", thing))[0] == 200
        assert (await call("DELETE", thing))[0] == 204
        assert (await call("GET", thing))[0] == 404
        assert (await call("GET", slot))[1]["thing_id"] is None
        assert (await call("DELETE", shelf))[0] == 204
        assert [(await call("GET", path))[0] for path in (shelf, slot)] == [404, 404]

    for _ in range(5):
        play(meters, scene)


def test_an_answer_is_the_same_kept_or_read(meters: Deployment) -> None:
    """Byte for byte, with every kind of value."""

    async def scene(call: Call) -> None:
        at = "2026-01-15T12:00:00.000001Z"
        body = {"name": "ä\u2028\"'", "size": -3, "price": "1.50", "day": "2026-01-15", "at": at, "there": True}
        path = await made(call, "/things", **body)
        first = await call("GET", path)
        assert first[1].items() >= body.items()
        assert [await call("GET", path) for _ in range(3)] == [first] * 3

    play(meters, scene)


def test_nothing_is_kept_while_a_transaction_commits(meters: Deployment, redis: RedisServer) -> None:
    """Nothing is given that was kept, nothing is put in, and it ends by itself should the writer never come back."""

    async def scene(call: Call) -> None:
        shelf = await made(call, "/shelfs", name="one")
        await kept(call, meters, shelf)
        generation = redis.ask("KEYS", "*:generation")
        for name in ("two", "three"):
            assert redis.ask("SET", generation, "closed", "EX", "2") == "OK"
            await behind(meters, shelf, name)
            assert (await call("GET", shelf))[1]["name"] == name
        await asyncio.sleep(2.1)
        assert redis.ask("EXISTS", generation) == "0"
        await kept(call, meters, shelf)

    play(meters, scene)


def test_a_race_of_readers_and_writers_shows_nothing_stale(meters: Deployment) -> None:
    """Whoever reads after a write was answered sees it or a later one, in either process."""

    async def scene(call: Call) -> int:
        meter = await made(call, "/meters", name=f"race {random.random()}"[:20], count=0)
        other = await made(call, "/meters", name=f"race {random.random()}"[:20], count=900)
        answered = 0
        seen = 0

        async def write() -> None:
            nonlocal answered
            for turn in range(25):
                if turn % 5 == 4:
                    given = {"into_id": meter.split("/")[-1], "by": 1}
                    assert (await call("POST", f"{other}/pour", given))[0] == 200
                    continue
                status, row = await call("POST", f"{meter}/advance", {"by": 1})
                assert status in (200, 409), row
                answered = max(answered, row.get("count", 0))

        async def read() -> None:
            nonlocal seen
            while not done.is_set():
                known = answered
                status, row = await call("GET", meter)
                assert (status, row["count"] >= known) == (200, True)
                assert row["twice"] == 2 * row["count"]
                seen += 1

        done = asyncio.Event()
        readers = [asyncio.create_task(read()) for _ in range(4)]
        await asyncio.gather(*(write() for _ in range(3)))
        done.set()
        await asyncio.gather(*readers)
        assert (await call("GET", meter))[1]["count"] >= answered
        return seen

    assert play(meters, scene) > 50


def test_a_redis_that_is_killed_harms_nobody(meters: Deployment, redis: RedisServer) -> None:
    """Killed and started again among reads and writes: no refusal, nothing stale, and answers are kept again."""

    async def scene(call: Call) -> None:
        shelf = await made(call, "/shelfs", name="0")
        for turn in range(1, 61):
            if turn == 20:
                await asyncio.to_thread(redis.kill)
            if turn == 40:
                await asyncio.to_thread(redis.start)
            status, _ = await call("PUT", shelf, {"name": str(turn)})
            assert status == 200
            for _ in range(3):
                status, row = await call("GET", shelf)
                assert (status, row["name"]) == (200, str(turn))
        await kept(call, meters, shelf)

    play(meters, scene)
    said = [json.loads(line) for line in meters.log.read_text().splitlines() if line.startswith("{")]
    lost = [line for line in said if line.get("event") == "cache lost"]
    assert 1 <= len(lost) <= 2 * int(BOTH), "a line for each process, not for each call"


def test_a_redis_that_says_nothing_is_not_believed_later(meters: Deployment, redis: RedisServer) -> None:
    """What was kept before a write that Redis was not told of is never given by the process that wrote."""

    async def scene(call: Call) -> None:
        shelf = await made(call, "/shelfs", name="before")
        await kept(call, meters, shelf)
        with redis.frozen():
            began = time.monotonic()
            assert (await call("PUT", shelf, {"name": "after"}))[0] == 200
            assert (await call("GET", shelf))[1]["name"] == "after"
            assert time.monotonic() - began < 5
        for _ in range(50):
            assert (await call("GET", shelf))[1]["name"] == "after"
            await asyncio.sleep(0.02)

    play(meters, scene, sticky=True)


def test_a_redis_that_remembers_the_past_is_not_believed(meters: Deployment, redis: RedisServer) -> None:
    """It comes back with the rows and the generation that it knew before a write."""

    async def scene(call: Call) -> None:
        shelf = await made(call, "/shelfs", name="before")
        await kept(call, meters, shelf)
        assert redis.ask("SAVE") == "OK"
        assert (await call("PUT", shelf, {"name": "after"}))[0] == 200
        redis.kill()
        redis.start()
        (redis.folder / "dump.rdb").unlink()
        assert redis.ask("EXISTS", redis.ask("KEYS", "*:generation")) == "1"
        for _ in range(30):
            assert (await call("GET", shelf))[1]["name"] == "after"

    play(meters, scene)


def test_every_scenario_is_green_with_a_cache(meters: Deployment, built: Building, redis: RedisServer) -> None:
    """Each reads its rows before it acts and again after, by the same paths; many of the answers are kept ones."""
    suite = built("variants").suite
    assert suite is not None
    hits = redis.count("keyspace_hits")
    target = Target(url=meters.url, database_url=meters.database_url)
    verdicts = ask(suite, target, log=lambda: read_tail(meters.log))
    assert [f"{v.id}: {v.reason}" for v in verdicts if v.verdict != "passed"][:20] == []
    assert redis.count("keyspace_hits") > hits


@pytest.mark.usefixtures("postgres_server")
def test_a_write_that_tells_nobody_is_seen(
    built: Building, redis: RedisServer, tmp_path: Path, runtime_settings: Settings
) -> None:
    """Or the test above would prove nothing: where transactions leave the generation as it is, scenarios are red."""
    variants = built("variants")
    assert variants.suite is not None
    tree = FileTree(files=tuple(forgetful(file) for file in variants.tree.files))
    environment = (("REDIS_URL", redis.url), ("CACHE_PREFIX", "forgetful"))
    with deployed(
        variants.model_copy(update={"tree": tree}), tmp_path / "app", runtime_settings, environment=environment
    ) as app:
        verdicts = ask(variants.suite, Target(url=app.url, database_url=app.database_url))
    red = {verdict.operation for verdict in verdicts if verdict.verdict == "failed"}
    assert {f"operation:{name}" for name in ("advance", "pour", "update_thing", "delete_thing", "create_slot")} <= red


def forgetful(file: GeneratedFile) -> GeneratedFile:
    """The transactions without the line that tells the cache."""
    line = "    work = renewing(request, work)\n"
    assert (line in file.text) == (file.path == "src/core/transactions.py")
    return file.model_copy(update={"text": file.text.replace(line, "")})
