"""A tiny application over one table, right or wrong as a test wants it, for the smoke runner to question."""

import asyncio
import json
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from aiohttp import web

SCHEMA = """
CREATE TABLE things (id uuid PRIMARY KEY, label text NOT NULL, price numeric(10,2) NOT NULL, made timestamptz NOT NULL);
CREATE TABLE parts (id uuid PRIMARY KEY, thing_id uuid NOT NULL REFERENCES things (id));
"""


class FakeShop:
    """Things with a label and a price. ``wrong`` makes every label come back in capitals.

    ``hasty``: a price is raised without taking the row first. ``chatty``: a list reads each row once more by itself.
    """

    def __init__(self, url: str, *, wrong: bool = False, hasty: bool = False, chatty: bool = False) -> None:
        self._url = url
        self._wrong = wrong
        self._hasty = hasty
        self._chatty = chatty
        self._pool: asyncpg.Pool | None = None
        self.calls = 0

    async def _connect(self, _: web.Application) -> None:
        self._pool = await asyncpg.create_pool(self._url, min_size=1, max_size=4)

    async def _disconnect(self, _: web.Application) -> None:
        assert self._pool is not None
        await self._pool.close()

    def _show(self, row: Any) -> dict[str, str]:
        label = row["label"].upper() if self._wrong else row["label"]
        made = row["made"].isoformat().replace("+00:00", "Z")
        return {"made": made, "price": str(row["price"]), "label": label, "id": str(row["id"])}

    async def read(self, request: web.Request) -> web.Response:
        assert self._pool is not None
        self.calls += 1
        row = await self._pool.fetchrow("SELECT * FROM things WHERE id = $1", uuid.UUID(request.match_info["id"]))
        return web.json_response({"title": "absent"}, status=404) if row is None else web.json_response(self._show(row))

    async def list(self, request: web.Request) -> web.Response:
        assert self._pool is not None
        rows = await self._pool.fetch("SELECT * FROM things WHERE label LIKE $1 || '%'", request.query.get("q", ""))
        for row in rows if self._chatty else ():
            await self._pool.fetchrow("SELECT * FROM things WHERE id = $1", row["id"])
        return web.json_response({"items": [self._show(row) for row in rows], "total": len(rows)})

    async def create(self, request: web.Request) -> web.Response:
        assert self._pool is not None
        try:
            body = json.loads(await request.read())
        except ValueError:
            return web.json_response({"title": "unreadable"}, status=400)
        key = uuid.uuid4()
        await self._pool.execute(
            "INSERT INTO things VALUES ($1, $2, $3::text::numeric, now())", key, body["label"], body["price"]
        )
        row = await self._pool.fetchrow("SELECT * FROM things WHERE id = $1", key)
        return web.json_response(self._show(row), status=201, headers={"Location": f"/things/{key}"})

    async def raise_price(self, request: web.Request) -> web.Response:
        assert self._pool is not None
        key = uuid.UUID(request.match_info["id"])
        taking = "" if self._hasty else " FOR UPDATE"
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(f"SELECT * FROM things WHERE id = $1{taking}", key)
            await connection.execute("UPDATE things SET price = $2 WHERE id = $1", key, row["price"] + 1)
            return web.json_response(self._show(await connection.fetchrow("SELECT * FROM things WHERE id = $1", key)))

    async def delete(self, request: web.Request) -> web.Response:
        assert self._pool is not None
        await self._pool.execute("DELETE FROM things WHERE id = $1", uuid.UUID(request.match_info["id"]))
        return web.Response(status=204)

    def application(self) -> web.Application:
        app = web.Application()
        app.on_startup.append(self._connect)
        app.on_cleanup.append(self._disconnect)
        routes: list[tuple[str, str, Callable[[web.Request], Awaitable[web.StreamResponse]]]] = [
            ("GET", "/things/{id}", self.read),
            ("GET", "/things", self.list),
            ("POST", "/things", self.create),
            ("POST", "/things/{id}/raise", self.raise_price),
            ("DELETE", "/things/{id}", self.delete),
        ]
        for method, path, answer in routes:
            app.router.add_route(method, path, answer)
        return app

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The address while the block lasts; the server runs in a thread of its own."""
        loop = asyncio.new_event_loop()
        runner = web.AppRunner(self.application())

        async def start() -> str:
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}"

        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        finally:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()
