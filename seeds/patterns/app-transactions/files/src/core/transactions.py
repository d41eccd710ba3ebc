"""One transaction a request: committed before the answer, retried when calls cross, refused when rules break."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import localcontext
from random import SystemRandom
from typing import TypeVar

import structlog
from fastapi import Request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.database import Base, Database, written_rows
from src.core.errors import INVALID, Cause, Refused, no_result, unavailable
from src.core.problems import Violation
from src.core.values.arithmetic import PRECISION
from src.models.constraints import ABSENT, BROKEN, IN_USE, TAKEN

Answer = TypeVar("Answer")
Work = Callable[[AsyncSession], Awaitable[Answer]]

RETRIES = 3
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.25
PATIENCE_SECONDS = 5.0

CROSSED = frozenset({"40001", "40P01"})
UNIQUE_VIOLATION = "23505"
CHECK_VIOLATION = "23514"
NULL_VIOLATION = "23502"
REFERENCE_VIOLATIONS = frozenset({"23503", "23001"})
OUT_OF_RANGE = frozenset({"22001", "22003", "22000"})
NO_RESULT = frozenset({"22008", "22012"})

log = structlog.get_logger("transactions")
chance = SystemRandom()


async def in_transaction(request: Request, work: Work[Answer]) -> Answer:
    """Run `work` in one transaction and commit it; nothing of it stays if anything is refused."""
    # place: begun
    database: Database = request.app.state.database
    deadline = time.monotonic() + PATIENCE_SECONDS
    attempt = 0
    while True:
        try:
            with localcontext(prec=PRECISION):
                async with database.writing() as session, session.begin():
                    return await work(session)
        except DBAPIError as error:
            if _code(error) not in CROSSED:
                raise refusal_of(error) from error
            pause = _pause(attempt)
            log.info("crossed", code=_code(error), attempt=attempt)
            if attempt == RETRIES or time.monotonic() + pause > deadline:
                raise unavailable() from error
            await asyncio.sleep(pause)
            attempt += 1
        except ArithmeticError as error:
            raise no_result() from error
        except (PoolTimeout, OSError) as error:
            raise unavailable() from error


def _pause(attempt: int) -> float:
    """Wait by chance, longer on average from time to time: calls that crossed once shall not meet again."""
    return chance.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt))


async def in_reading(request: Request, work: Work[Answer]) -> Answer:
    """Run `work`, which only reads."""
    database: Database = request.app.state.database
    try:
        async with database.reading() as session:
            return await work(session)
    except DBAPIError as error:
        raise refusal_of(error) from error
    except ArithmeticError as error:
        raise no_result() from error
    except (PoolTimeout, OSError) as error:
        raise unavailable() from error


async def finish(session: AsyncSession, status: int, *also: Base) -> None:
    """Ask the rules of every row that was made or changed, and of `also`, and write them; refuse with `status`."""
    for row in dict.fromkeys((*written_rows(session.sync_session), *also)):
        broken = row.broken_rule()
        if broken is not None:
            raise _breaking(broken, status)
    await session.flush()


def _breaking(rule: str, status: int) -> Refused:
    if status == Cause.INVALID.status:
        return Refused(Cause.INVALID, rule, errors=[Violation(pointer="", code="rule", message=rule)])
    return Refused(Cause.REFUSED, rule, status=status)


def refusal_of(error: DBAPIError) -> Exception:
    """Name the refusal that an error of the database stands for; an error of ours stays what it is."""
    code = _code(error)
    constraint = str(getattr(_cause(error), "constraint_name", None))
    if code == UNIQUE_VIOLATION:
        return Refused(Cause.TAKEN, TAKEN.get(constraint, "this row exists already"))
    if code in REFERENCE_VIOLATIONS:
        return _reference_refusal(error, constraint)
    if code == CHECK_VIOLATION:
        return Refused(Cause.OUT_OF_RANGE, BROKEN.get(constraint, "a value would break its rule"))
    if code == NULL_VIOLATION:
        column = str(getattr(_cause(error), "column_name", "a value"))
        return Refused(Cause.OUT_OF_RANGE, f"{column.replace('_', ' ')} would be null")
    if code in OUT_OF_RANGE:
        return Refused(Cause.OUT_OF_RANGE, "a value would leave its bounds")
    if code in NO_RESULT:
        return no_result()
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return unavailable()
    return error


def _reference_refusal(error: DBAPIError, constraint: str) -> Refused:
    """A row that is still referred to is found at its deletion or at the end; a missing one when it is written."""
    writes = (error.statement or "DELETE").startswith(("INSERT", "UPDATE"))
    if writes:
        return Refused(Cause.REFERENCE_ABSENT, ABSENT.get(constraint, "a row that this one refers to does not exist"))
    return Refused(Cause.IN_USE, IN_USE.get(constraint, "another row refers to this one"))


def _code(error: DBAPIError) -> str | None:
    return getattr(_cause(error), "sqlstate", None)


def _cause(error: DBAPIError) -> BaseException | None:
    return error.orig.__cause__ if error.orig is not None else None
