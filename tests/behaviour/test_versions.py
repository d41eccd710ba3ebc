"""Writes without a lock lose no update: who was overtaken decides again, a bounded number of times."""

import asyncio
import json
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import pytest

from devmatrix.checks.documents import document_differences
from devmatrix.runtime.deploy import Deployment
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.sql import Session, connected
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building, deployed

pytestmark = pytest.mark.needs_server

Json = dict[str, Any]
Call = Callable[..., Awaitable[tuple[int, Json]]]
AT_ONCE = 20
LATE = "other calls keep changing this row, try again"


@pytest.fixture(scope="module")
def meters(
    built: Building,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_settings: Settings,
    postgres_server: PostgresServer,
) -> Iterator[Deployment]:
    """The running application whose rows count their versions."""
    del postgres_server
    with deployed(built("variants"), tmp_path_factory.mktemp("meters") / "app", runtime_settings) as deployment:
        yield deployment


def play(meters: Deployment, scene: Callable[[Call], Awaitable[Any]]) -> Any:
    """Run a scene against the running application."""

    async def run() -> Any:
        async with aiohttp.ClientSession(meters.url, connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

            async def call(method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
                async with session.request(method, path, json=body) as answer:
                    return answer.status, await answer.json(content_type=None) if await answer.text() else {}

            return await scene(call)

    return asyncio.run(run())


def made(meters: Deployment, name: str, count: int = 0) -> str:
    """The key of a new meter."""
    status, meter = play(meters, lambda call: call("POST", "/meters", {"name": name, "count": count}))
    assert status == 201, meter
    return str(meter["id"])


def stored(session: Session, meter: str) -> tuple[int, int]:
    """What a meter counts, and how often it was written."""
    (row,) = session.rows("SELECT count, row_versions FROM meters WHERE id = $1::text::uuid", meter)
    return row["count"], row["row_versions"]


def test_no_update_is_lost(meters: Deployment) -> None:
    """Twenty calls at once on one row: each that says it is done counts, and nothing else does."""
    meter = made(meters, "lost")

    async def scene(call: Call) -> list[tuple[int, Json]]:
        return await asyncio.gather(*(call("POST", f"/meters/{meter}/advance", {"by": 1}) for _ in range(AT_ONCE)))

    answers = play(meters, scene)
    done = [answer for status, answer in answers if status == 200]
    assert {answer["detail"] for status, answer in answers if status != 200} <= {LATE}
    assert len(done) > 1
    assert sorted(answer["count"] for answer in done) == list(range(1, len(done) + 1))
    with connected(meters.database_url) as session:
        assert stored(session, meter) == (len(done), 1 + len(done))


@pytest.mark.parametrize(
    ("change", "outcome"), [("count = count + 5", (200, 106)), ("stage = 'SHUT'", (409, "this meter is shut"))]
)
def test_a_stale_write_decides_again(meters: Deployment, change: str, outcome: tuple[int, Any]) -> None:
    """A call reads the row, somebody else's change is committed, then it writes: on what the row has become."""
    meter = made(meters, f"stale {outcome[0]}", 100)
    answers: list[tuple[int, Json]] = []
    with connected(meters.database_url) as other, connected(meters.database_url) as watcher:
        other.execute("BEGIN")
        other.execute(f"UPDATE meters SET {change}, row_versions = row_versions + 1 WHERE id = '{meter}'")
        calling = threading.Thread(target=lambda: answers.append(advance(meters, meter)))
        calling.start()
        waiting = until_somebody_waits(watcher, other.rows("SELECT pg_backend_pid()")[0][0])
        other.execute("COMMIT")
        calling.join(timeout=20)
    assert waiting.startswith("UPDATE"), "the row was read without a lock, and the write waits"
    status, answer = answers[0]
    assert (status, answer["count"] if status == 200 else answer["detail"]) == outcome


def advance(meters: Deployment, meter: str) -> tuple[int, Json]:
    """One step of a meter."""
    found: tuple[int, Json] = play(meters, lambda call: call("POST", f"/meters/{meter}/advance", {"by": 1}))
    return found


def until_somebody_waits(watcher: Session, holder: int) -> str:
    """The statement that waits for the backend of this number."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = watcher.rows("SELECT query FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))", holder)
        if found:
            return str(found[0]["query"])
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_who_is_always_too_late_is_refused(meters: Deployment) -> None:
    """A row that is never as it was seen: 409 after a bounded number of attempts, and nothing has changed."""
    meter = made(meters, "late")
    with connected(meters.database_url) as session:
        session.execute("CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
        session.execute("CREATE TRIGGER late BEFORE UPDATE OR DELETE ON meters FOR EACH ROW EXECUTE FUNCTION swallow()")
        try:
            refused = advance(meters, meter), play(meters, lambda call: call("DELETE", f"/meters/{meter}"))
        finally:
            session.execute("DROP FUNCTION swallow CASCADE")
        assert [(status, answer["detail"]) for status, answer in refused] == [(409, LATE)] * 2
        assert stored(session, meter) == (0, 1)
    assert advance(meters, meter)[0] == 200


def test_the_document_knows_of_it(meters: Deployment, built: Building) -> None:
    """The running application says what ``openapi.json`` says: 409 for every write without a lock, no version."""
    with urllib.request.urlopen(f"{meters.url}/openapi.json") as answer:
        says = json.load(answer)
    assert document_differences(json.loads(built("variants").tree.text("openapi.json")), says) == ()
    assert "409" in says["paths"]["/things/{id}"]["put"]["responses"]
    assert "409" not in says["paths"]["/shelfs/{id}/slots/{slot_id}"]["get"]["responses"]
    assert "row_versions" not in json.dumps(says)


def test_a_row_goes_once(meters: Deployment) -> None:
    """Twenty deletions of one row: one 204, the others find nothing."""
    meter = made(meters, "gone")

    async def scene(call: Call) -> Counter[int]:
        answers = await asyncio.gather(*(call("DELETE", f"/meters/{meter}") for _ in range(AT_ONCE)))
        return Counter(status for status, _ in answers)

    assert play(meters, scene) == {204: 1, 404: AT_ONCE - 1}


def test_writers_with_and_without_a_lock_meet(meters: Deployment) -> None:
    """Pouring takes both meters, advancing takes none: what is there in the end is what came in."""
    one, two = made(meters, "one", 500), made(meters, "two", 500)

    async def scene(call: Call) -> list[tuple[int, Json]]:
        calls = []
        for place in range(6):
            source, target = (one, two) if place % 2 else (two, one)
            calls.append(call("POST", f"/meters/{source}/pour", {"into_id": target, "by": 3}))
            calls.append(call("POST", f"/meters/{source}/advance", {"by": 1}))
        return await asyncio.gather(*calls)

    answers = play(meters, scene)
    poured, advanced = answers[::2], answers[1::2]
    assert [status for status, _ in poured] == [200] * 6
    assert {status for status, _ in advanced} <= {200, 409}
    came_in = sum(status == 200 for status, _ in advanced)
    with connected(meters.database_url) as session:
        assert stored(session, one)[0] + stored(session, two)[0] == 1000 + came_in
