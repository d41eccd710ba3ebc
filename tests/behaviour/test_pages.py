"""Pages that go on from where the last one ended join to the whole, whatever comes and goes in between."""

import base64
import json
import random
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import pytest

from devmatrix.runtime.deploy import Deployment
from devmatrix.runtime.sql import Session, connected
from devmatrix.settings import Settings
from tests.behaviour.conftest import Building, deployed

pytestmark = pytest.mark.needs_server

SORTS = ("", "name", "-name", "size,-name", "-price,there", "day,-at", "-state,size", "state,-there,after", "-there")
ROWS = 90
PAGE = 7


@pytest.fixture(scope="module")
def things(
    built: Building,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_settings: Settings,
    postgres_server: object,
) -> Iterator[Deployment]:
    """The running application with keyset paging."""
    del postgres_server
    with deployed(built("variants"), tmp_path_factory.mktemp("things") / "app", runtime_settings) as deployment:
        yield deployment


def ask(things: Deployment, path: str, **query: Any) -> tuple[int, dict[str, Any]]:
    """Status and body of a GET."""
    given = urllib.parse.urlencode({name: value for name, value in query.items() if value != ""})
    try:
        with urllib.request.urlopen(f"{things.url}{path}?{given}") as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def put_in(session: Session, chance: random.Random, count: int) -> list[str]:
    """Rows with many ties and nulls; their keys."""
    keys = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(count)]
    for key in keys:
        values = (
            chance.choice(("NULL", "'a'", "'B'", "'ä'", "''''", "'b'")),
            chance.choice(("NULL", "1", "2", "-9007199254740991")),
            chance.choice(("NULL", "1.50", "-0.01", "99999999.99")),
            chance.choice(("NULL", "'2026-01-15'", "'0001-01-02'")),
            chance.choice(("NULL", "'2026-01-15T12:00:00.000001Z'", "'2026-01-15T12:00:00Z'")),
            chance.choice(("NULL", "'FULL'", "'EMPTY'", "'AWAY'")),
            chance.choice(("true", "false")),
            chance.choice(("NULL", "5", "6")),
        )
        columns = "id, name, size, price, day, at, state, there, after, created_at, updated_at"
        session.execute(f"INSERT INTO things ({columns}) VALUES ('{key}', {', '.join(values)}, now(), now())")
    return keys


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort or "default")
def test_pages_join_while_rows_come_and_go(things: Deployment, sort: str) -> None:
    """No row comes twice, none that stays is left out, and the order is that of the whole list."""
    chance = random.Random(sort)
    with connected(things.database_url) as session:
        session.execute("DELETE FROM things")
        put_in(session, chance, ROWS)
        whole = [row["id"] for row in ask(things, "/things", sort=sort, limit=200)[1]["items"]]
        assert len(whole) == ROWS
        seen: list[str] = []
        gone: set[str] = set()
        after: str | None = ""
        while after is not None:
            status, page = ask(things, "/things", sort=sort, limit=PAGE, after=after)
            assert status == 200, page
            assert len(page["items"]) == PAGE or page["next"] is None
            seen += [row["id"] for row in page["items"]]
            after = page["next"]
            if len(seen) < ROWS:
                put_in(session, chance, 2)
                gone |= {seen[-1], chance.choice(seen)}
                for key in sorted(gone):
                    session.execute(f"DELETE FROM things WHERE id = '{key}'")
    assert len(set(seen)) == len(seen)
    assert [key for key in seen if key in set(whole)] == whole
    assert len(gone) > ROWS // PAGE


def test_the_last_page_says_that_nothing_comes_after_it(things: Deployment) -> None:
    """A page that just holds what is left has no next; a place behind which nothing is left gives an empty page."""
    with connected(things.database_url) as session:
        session.execute("DELETE FROM things")
        put_in(session, random.Random(1), 4)
        _, first = ask(things, "/things", limit=2)
        _, second = ask(things, "/things", limit=2, after=first["next"])
        assert (len(second["items"]), second["next"], second["total"]) == (2, None, 4)
        session.execute(f"DELETE FROM things WHERE id IN ('{second['items'][0]['id']}', '{second['items'][1]['id']}')")
    assert ask(things, "/things", limit=2, after=first["next"])[1] == {
        "items": [],
        "total": 2,
        "limit": 2,
        "next": None,
    }


def forged(order: str, packed: bytes) -> str:
    """A place that nobody was given, sealed all the same."""
    seal = blake2b(packed, digest_size=8, key=blake2b(order.encode()).digest()).digest()
    return base64.urlsafe_b64encode(seal + packed).decode().rstrip("=")


KEY = str(uuid.UUID(int=1))
FORGED = (
    "[1]", "null", "{}", "7", '"text"', "[[[1]]]", "[" * 5000, "not json", '{"a": 1, "b": 2, "c": 3}',
    f'["1", "a", "{KEY}"]', f'[1.5, "a", "{KEY}"]', f'[true, "a", "{KEY}"]', f'[{2**63}, "a", "{KEY}"]',
    f'[NaN, "a", "{KEY}"]', f'[1, "\\u0000", "{KEY}"]', f'[1, "\\ud800", "{KEY}"]', f'[1, 2, "{KEY}"]', '[1, "a", "b"]',
    '[1, "a", []]',
)  # fmt: skip


@pytest.mark.parametrize("values", FORGED, ids=range(len(FORGED)))
def test_a_forged_place_is_invalid(things: Deployment, values: str) -> None:
    """Whatever is sealed, what is no place of the list's order is 422."""
    status, problem = ask(things, "/things", after=forged("list_things None", zlib.compress(values.encode())))
    assert (status, problem["errors"][0]["pointer"]) == (422, "/after")


def test_a_right_seal_makes_a_place(things: Deployment) -> None:
    """Or the test above would prove nothing."""
    place = forged("list_things None", zlib.compress(f'[1,"a","{KEY}"]'.encode()))
    assert ask(things, "/things", after=place)[0] == 200
    assert ask(things, "/things", after=place, sort="size")[0] == 422
    assert ask(things, "/shelfs", after=place)[0] == 422


def test_packed_places_are_bounded(things: Deployment) -> None:
    """A small text that unpacks to a huge one is refused, and so is one with something behind it."""
    huge = zlib.compress(b'["' + b"a" * 20_000_000 + b'"]')
    assert ask(things, "/things", after=forged("list_things None", huge)[:20_000])[0] == 422
    good = zlib.compress(f'[1,"a","{KEY}"]'.encode())
    assert ask(things, "/things", after=forged("list_things None", good + b"x"))[0] == 422
    assert ask(things, "/things", after=forged("list_things None", good[:-1]))[0] == 422


def test_an_absent_owner_comes_before_a_bad_place(things: Deployment) -> None:
    """404 of the path wins over 422 of a parameter."""
    assert ask(things, f"/shelfs/{KEY}/slots", after="AAAA")[0] == 404
