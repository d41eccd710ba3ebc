"""Calls that write the same row without taking it: the first one wins, the others see its outcome and try again."""

import asyncio
from collections.abc import Callable
from random import SystemRandom

import structlog
from fastapi import Request
from sqlalchemy.orm.exc import StaleDataError

from src.core.errors import Cause, Refused
from src.core.transactions import Answer, Work, in_transaction

ATTEMPTS = 10
FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.25

log = structlog.get_logger("races")
chance = SystemRandom()


def overtaken() -> Refused:
    """Refuse a write that others were faster than each time."""
    return Refused(Cause.REFUSED, "other calls keep changing this row, try again")


async def in_race(request: Request, work: Work[Answer], lost: Callable[[], Refused] = overtaken) -> Answer:
    """Run `work` in a transaction, again where a row that it writes has changed since it was read."""
    attempt = 0
    while True:
        try:
            return await in_transaction(request, work)
        except StaleDataError as error:
            attempt += 1
            log.info("overtaken", attempt=attempt)
            if attempt == ATTEMPTS:
                raise lost() from error
        await asyncio.sleep(chance.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)))
