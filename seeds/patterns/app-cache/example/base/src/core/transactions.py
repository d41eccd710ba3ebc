"""Transactions."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession


async def in_transaction(request: Request, work: Callable[[AsyncSession], Awaitable[str]]) -> str:
    """Run `work` in one transaction."""
    # place: begun
    async with AsyncSession() as session, session.begin():
        return await work(session)
