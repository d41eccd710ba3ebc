"""Answers of reads, kept in Redis where there is one, and never older than the last write that was answered."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4

import structlog
from fastapi import Request, Response
from pydantic import BaseModel
from redis.asyncio import Connection, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.util import await_only

from src.core.config import Settings

Answer = TypeVar("Answer")
Shown = TypeVar("Shown", bound=BaseModel)

CLOSED = b"closed"
CLOSED_SECONDS = 10
PATIENCE_SECONDS = 0.25
PAUSE_SECONDS = 0.5

log = structlog.get_logger("cache")


async def remembered(request: Request, read: Callable[[], Awaitable[Shown]]) -> Shown | Response:
    """Give the answer that is kept for this path, or read it and keep it."""
    cache: Cache = request.app.state.cache
    place: str = request.scope["path"]
    generation, kept = await cache.recall(place)
    if kept is None:
        shown = await read()
        if generation is None:
            return shown
        kept = shown.model_dump_json(by_alias=True).encode()
        await cache.keep(place, generation, kept)
    return Response(kept, media_type="application/json")


def renewing(
    request: Request, work: Callable[[AsyncSession], Awaitable[Answer]]
) -> Callable[[AsyncSession], Awaitable[Answer]]:
    """Let a transaction close the generation as the last thing before it commits, and open a new one right after."""
    cache: Cache = request.app.state.cache

    async def closing(session: AsyncSession) -> Answer:
        answer = await work(session)
        await cache.close_generation()
        event.listen(session.sync_session, "after_commit", lambda _: await_only(cache.open_generation()), once=True)
        return answer

    return closing if cache.is_there else work


class Cache:
    """What is kept, each answer under the generation in which it was read; nothing without an address of a Redis.

    A generation is a name that never comes again. A reader learns it before it reads the database, so what it keeps is
    lost as soon as a writer has opened another one. Where Redis fails, nothing that is kept is given until a new
    generation is opened: by each new connection, and after an outage before anything else is asked.
    """

    def __init__(self, settings: Settings) -> None:
        self._prefix = settings.cache_prefix
        self._seconds = settings.cache_seconds
        self._settling: asyncio.Task[None] | None = None
        self._redis: Redis | None = None
        if settings.redis_url:
            self._redis = Redis.from_url(
                settings.redis_url,
                socket_timeout=PATIENCE_SECONDS,
                socket_connect_timeout=PATIENCE_SECONDS,
                retry=Retry(NoBackoff(), 0),
                redis_connect_func=self._greet,
            )

    @property
    def is_there(self) -> bool:
        """Whether there is a Redis, in reach or not."""
        return self._redis is not None

    async def recall(self, place: str) -> tuple[bytes | None, bytes | None]:
        """Give the generation to keep an answer in, and the answer that is kept; neither where nothing may be kept."""
        if self._redis is None or self._settling is not None:
            return None, None
        try:
            known = await self._redis.mget(self._generation, self._key(place))
            generation, kept = (word if isinstance(word, bytes) else None for word in known)
            if generation is None:
                generation = _new_generation()
                await self._redis.set(self._generation, generation, nx=True)
        except (RedisError, OSError) as error:
            self._lose(error)
            return None, None
        if generation == CLOSED:
            return None, None
        began, _, answer = (kept or b"").partition(b"\n")
        return generation, answer if began == generation else None

    async def keep(self, place: str, generation: bytes, answer: bytes) -> None:
        """Keep an answer that was read after its generation was learnt."""
        await self._write(self._key(place), generation + b"\n" + answer, self._seconds)

    async def close_generation(self) -> None:
        """Let nobody keep or recall anything while a transaction commits; for a while, should its end be unknown."""
        await self._write(self._generation, CLOSED, CLOSED_SECONDS)

    async def open_generation(self) -> None:
        """Begin anew: nothing that was kept before is given again."""
        await self._write(self._generation, _new_generation())

    async def close(self) -> None:
        """Close every connection."""
        if self._settling is not None:
            self._settling.cancel()
        if self._redis is not None:
            await self._redis.aclose()

    @property
    def _generation(self) -> str:
        return f"{self._prefix}:generation"

    def _key(self, place: str) -> str:
        return f"{self._prefix}:answer:{place}"

    async def _write(self, key: str, value: bytes, seconds: int | None = None) -> None:
        if self._redis is None:
            return
        try:
            await self._redis.set(key, value, ex=seconds)
        except (RedisError, OSError) as error:
            self._lose(error)

    async def _greet(self, connection: Connection) -> None:
        """Begin anew on each new connection: the server behind it may have come back with what it knew long ago."""
        await connection.on_connect()
        await connection.send_command("SET", self._generation, _new_generation())
        await connection.read_response()

    def _lose(self, error: Exception) -> None:
        """Give nothing that is kept until Redis has taken a new generation."""
        if self._settling is None:
            log.warning("cache lost", error=str(error))
            self._settling = asyncio.create_task(self._settle(self._redis))

    async def _settle(self, redis: Redis | None) -> None:
        while redis is not None:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                await redis.set(self._generation, _new_generation())
                break
            except (RedisError, OSError) as error:
                log.debug("cache still lost", error=str(error))
        self._settling = None
        log.info("cache found")


def _new_generation() -> bytes:
    return uuid4().hex.encode()
