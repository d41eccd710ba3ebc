"""Rules that read other rows hold whoever changes what they read, calls at the same time included."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import pytest

from devmatrix.runtime.deploy import Deployment
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building, deployed

pytestmark = pytest.mark.needs_server

Json = dict[str, Any]
Call = Callable[..., Awaitable[tuple[int, Json]]]
ROUNDS = 8


@pytest.fixture(scope="module")
def corner(
    built: Building,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_settings: Settings,
    postgres_server: PostgresServer,
) -> Iterator[Deployment]:
    """The running corner of rules."""
    with deployed(built("rules"), tmp_path_factory.mktemp("rules") / "app", runtime_settings) as deployment:
        yield deployment


def play(corner: Deployment, scene: Callable[[Call], Awaitable[None]]) -> None:
    """Run a scene against the running application."""

    async def run() -> None:
        async with aiohttp.ClientSession(corner.url) as session:

            async def call(method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
                async with session.request(method, path, json=body) as answer:
                    return answer.status, await answer.json(content_type=None) if await answer.text() else {}

            await scene(call)

    asyncio.run(run())


async def made(call: Call, path: str, **body: Any) -> str:
    """The key of a new row."""
    status, row = await call("POST", path, body)
    assert status == 201, row
    return str(row["id"])


def test_a_rule_of_two_hops_holds_from_every_side(corner: Deployment) -> None:
    """Closing a site against filling a locker of it, and shrinking a locker against a heavier parcel: never both."""

    async def scene(call: Call) -> None:
        for _ in range(ROUNDS):
            site = await made(call, "/sites", name="s", limit=500)
            locker = await made(call, "/lockers", site_id=site, size=300)
            parcel = await made(call, "/parcels", locker_id=locker, weight=0)
            answers = await asyncio.gather(
                call("PUT", f"/sites/{site}", {"name": "s", "limit": 500, "open": False}),
                call("PUT", f"/parcels/{parcel}", {"locker_id": locker, "weight": 200}),
                call("POST", "/parcels", {"locker_id": locker, "weight": 250}),
                call("PUT", f"/lockers/{locker}", {"site_id": site, "size": 220}),
            )
            assert {status for status, _ in answers} <= {200, 201, 422}, answers
            _, kept = await call("GET", f"/parcels?locker_id={locker}")
            weights = [row["weight"] for row in kept["items"]]
            opened = (await call("GET", f"/sites/{site}"))[1]["open"]
            size = (await call("GET", f"/lockers/{locker}"))[1]["size"]
            assert opened or not any(weights)
            assert all(weight <= size for weight in weights)

    play(corner, scene)


def test_a_sum_over_other_rows_holds(corner: Deployment) -> None:
    """Two parts of one crate that both grow: at most one of them may."""

    async def scene(call: Call) -> None:
        keeper = await made(call, "/keepers", name="k", strength=5)
        for _ in range(ROUNDS):
            parts = [await made(call, "/parts", mass=10) for _ in range(3)]
            crate = await made(call, "/crates", capacity=40, labels_ids=[keeper])
            for part in parts:
                await made(call, f"/crates/{crate}/bits", part_id=part, amount=1)
            answers = await asyncio.gather(*(call("PUT", f"/parts/{part}", {"mass": 20}) for part in parts))
            assert Counter(status for status, _ in answers) == {200: 1, 422: 2}

    play(corner, scene)


def test_a_list_keeps_its_least_row(corner: Deployment) -> None:
    """Two rows that are both deleted out of one list of which one must stay: one of them is refused."""

    async def scene(call: Call) -> None:
        for _ in range(ROUNDS):
            keepers = [await made(call, "/keepers", name="k", strength=5) for _ in range(2)]
            await made(call, "/crates", capacity=1, labels_ids=keepers)
            answers = await asyncio.gather(*(call("DELETE", f"/keepers/{keeper}") for keeper in keepers))
            assert Counter(status for status, _ in answers) == {204: 1, 409: 1}

    play(corner, scene)
