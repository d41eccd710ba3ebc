"""What is deleted leaves no trace in any answer, and stands in the archive as it last was."""

import asyncio
import json
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from devmatrix.runtime.deploy import Deployment
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.sql import Session, connected
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building, deployed

pytestmark = pytest.mark.needs_server

ROWS_AS_THEY_WERE = (
    "SELECT to_jsonb(was.*)::text AS row, kept.deleted_at > now() - interval '1 minute' AS lately"
    " FROM deleted_rows AS kept, jsonb_populate_record(NULL::{table}, kept.contents) AS was"
    " WHERE kept.table_schema = 'public' AND kept.table_name = '{table}' AND was.{column}::text = $1"
)


@pytest.fixture(scope="module")
def store(
    built: Building,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_settings: Settings,
    postgres_server: PostgresServer,
) -> Iterator[Deployment]:
    """The running application that keeps what is deleted."""
    del postgres_server
    with deployed(built("variants"), tmp_path_factory.mktemp("store") / "app", runtime_settings) as deployment:
        yield deployment


def call(store: Deployment, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    """Status and body of an answer."""
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{store.url}{path}", sent, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def made(store: Deployment, path: str, body: dict[str, Any]) -> str:
    """The key of a new row."""
    status, row = call(store, "POST", path, body)
    assert status == 201, row
    return str(row["id"])


def living(session: Session, table: str, key: str, column: str = "id") -> list[Any]:
    """The rows of a table, as JSON."""
    query = f"SELECT to_jsonb(t.*)::text AS row FROM {table} AS t WHERE t.{column}::text = $1 ORDER BY 1"
    return [json.loads(row["row"]) for row in session.rows(query, key)]


def kept(session: Session, table: str, key: str, column: str = "id") -> list[Any]:
    """The rows of a table in the archive, as JSON; each went within the last minute."""
    found = session.rows(ROWS_AS_THEY_WERE.format(table=table, column=column) + " ORDER BY 1", key)
    assert all(row["lately"] for row in found)
    return [json.loads(row["row"]) for row in found]


def test_what_goes_along_is_kept_too(store: Deployment) -> None:
    """A shelf with two slots is deleted: the three rows are in the archive, column by column, and nowhere else."""
    shelf = made(store, "/shelfs", {"name": "kept"})
    slots = [made(store, f"/shelfs/{shelf}/slots", {"amount": amount}) for amount in (1, 2)]
    with connected(store.database_url) as session:
        was = living(session, "shelfs", shelf), living(session, "slots", shelf, "shelf_id")
        assert (len(was[0]), len(was[1])) == (1, 2)
        assert call(store, "DELETE", f"/shelfs/{shelf}")[0] == 204
        assert (kept(session, "shelfs", shelf), kept(session, "slots", shelf, "shelf_id")) == was
        assert living(session, "shelfs", shelf) == living(session, "slots", shelf, "shelf_id") == []
    assert call(store, "GET", f"/shelfs/{shelf}")[0] == 404
    assert call(store, "GET", f"/shelfs/{shelf}/slots/{slots[0]}")[0] == 404
    assert shelf not in json.dumps(call(store, "GET", "/shelfs?limit=200")[1])


def test_what_was_unique_is_free_again(store: Deployment) -> None:
    """The name of a deleted row may be given to another one; both end up in the archive."""
    keys = []
    for _ in range(2):
        keys.append(made(store, "/meters", {"name": "only one", "count": 1}))
        assert call(store, "POST", "/meters", {"name": "only one", "count": 1})[0] == 409
        assert call(store, "DELETE", f"/meters/{keys[-1]}")[0] == 204
    with connected(store.database_url) as session:
        assert {row["id"] for row in kept(session, "meters", "only one", "name")} == set(keys)


def test_a_refused_deletion_keeps_nothing(store: Deployment) -> None:
    """A row that another one refers to stays where it is, and the archive knows nothing of it."""
    meter = made(store, "/meters", {"name": "in use", "count": 1})
    dial = made(store, "/dials", {"meter_id": meter})
    assert call(store, "DELETE", f"/meters/{meter}")[0] == 409
    with connected(store.database_url) as session:
        assert (len(living(session, "meters", meter)), kept(session, "meters", meter)) == (1, [])
        assert call(store, "DELETE", f"/dials/{dial}")[0] == 204
        assert call(store, "DELETE", f"/meters/{meter}")[0] == 204
        assert (living(session, "meters", meter), len(kept(session, "meters", meter))) == ([], 1)


def test_a_change_is_no_deletion(store: Deployment) -> None:
    """The archive holds the row as it last stood, once."""
    meter = made(store, "/meters", {"name": "changing", "count": 1})
    assert call(store, "POST", f"/meters/{meter}/advance", {"by": 7})[0] == 200
    with connected(store.database_url) as session:
        assert kept(session, "meters", meter) == []
        assert call(store, "DELETE", f"/meters/{meter}")[0] == 204
        assert [row["count"] for row in kept(session, "meters", meter)] == [8]


def test_a_row_goes_into_the_archive_once(store: Deployment) -> None:
    """Twenty deletions of a row and twenty references to it at once: nothing refers to what is gone."""
    meter = made(store, "/meters", {"name": "wanted", "count": 1})

    async def scene() -> Counter[tuple[str, int]]:
        async with aiohttp.ClientSession(store.url) as session:

            async def ask(method: str, path: str, body: Any = None) -> tuple[str, int]:
                async with session.request(method, path, json=body) as answer:
                    return method, answer.status

            deletions = [ask("DELETE", f"/meters/{meter}") for _ in range(20)]
            references = [ask("POST", "/dials", {"meter_id": meter}) for _ in range(20)]
            mixed = [one for pair in zip(deletions, references, strict=True) for one in pair]
            return Counter(await asyncio.gather(*mixed))

    outcome = asyncio.run(scene())
    with connected(store.database_url) as session:
        dials = len(living(session, "dials", meter, "meter_id"))
        assert outcome["POST", 201] == dials
        gone = outcome["DELETE", 204]
        assert gone == len(kept(session, "meters", meter)) == 1 - len(living(session, "meters", meter))
        assert not (gone and dials)


def test_rows_that_are_removed_by_hand_are_kept(store: Deployment) -> None:
    """The tables themselves see to it: whoever deletes, and what is rolled back was never deleted."""
    with connected(store.database_url) as session:
        key = str(uuid.uuid4())
        session.execute(f"INSERT INTO shelfs (id, name, created_at, updated_at) VALUES ('{key}', 'x', now(), now())")
        session.execute("BEGIN")
        session.execute(f"DELETE FROM shelfs WHERE id = '{key}'")
        session.execute("ROLLBACK")
        assert kept(session, "shelfs", key) == []
        session.execute(f"DELETE FROM shelfs WHERE id = '{key}'")
        assert [row["name"] for row in kept(session, "shelfs", key)] == ["x"]
