"""Transactions."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.cache import renewing


async def in_transaction(request: Request, work: Callable[[AsyncSession], Awaitable[str]]) -> str:
    """Run `work` in one transaction."""

    work = renewing(request, work)
    async with AsyncSession() as session, session.begin():
        return await work(session)
