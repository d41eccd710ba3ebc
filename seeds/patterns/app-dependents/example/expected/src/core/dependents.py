"""Rules that read other rows are asked when those rows change."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, UOWTransaction

from src.core.database import Base
from src.core.errors import Cause, Refused
from src.core.reach import Bound, Keys, reached
from src.core.transactions import finish
from src.models.dependents import BOUNDS, FOLLOWERS, PARTS, READINGS

MADE = "made"
NOTED = "noted"

Noted = dict[tuple[type[Base], str], set[Any]]


async def settle(session: AsyncSession, status: int) -> None:
    """Finish, then ask the rules of the rows that read what was changed, as it is now; refuse with `status`.

    Where all that a rule reads lies on one line, whoever changes a row locks those that it leads to; else the row itself
    is locked. So of two changes that only together break a rule, the later one sees the earlier one.
    """
    await finish(session, status)
    asked = [(reading, keys) for reading in READINGS if (keys := _changed(session, reading.entity, reading.fields))]
    for reading, keys in asked:
        for lock in reading.locks:
            rows = select(lock.key).where(lock.key.in_(reached(keys, lock.steps))).order_by(lock.key)
            await session.execute(rows.with_for_update(key_share=True))
    judged: list[Base] = []
    for reading, keys in asked:
        found = select(reading.judged).where(reading.key.in_(reached(keys, reading.steps)))
        judged.extend((await session.scalars(found.options(*reading.loads))).all())
    await finish(session, status, *judged)
    for bound in BOUNDS:
        made = {_key_of(row) for row in session.info.get(MADE, ()) if isinstance(row, bound.entity)}
        if keys := made | _changed(session, bound.entity, [bound.attribute]):
            await _count(session, bound, keys)


async def _count(session: AsyncSession, bound: Bound, keys: Keys) -> None:
    """Refuse if a list that was changed holds too few rows or too many; its row is locked, so that none slips in."""
    rows = select(bound.key).where(bound.key.in_(keys)).order_by(bound.key)
    await session.execute(rows.with_for_update(key_share=True))
    counted = (
        select(func.count(bound.member))
        .select_from(bound.entity)
        .outerjoin(bound.member.table, bound.holder == bound.key)
    )
    for size in await session.scalars(counted.where(bound.key.in_(keys)).group_by(bound.key)):
        if size < bound.minimum or (bound.maximum is not None and size > bound.maximum):
            raise Refused(Cause.OUT_OF_RANGE, bound.text)


def _changed(session: AsyncSession, entity: type[Base], names: Iterable[str]) -> set[Any]:
    noted: Noted = session.info.get(NOTED, {})
    return set().union(*(noted.get((entity, name), set()) for name in names))


@event.listens_for(Session, "before_flush")
def _note_changes(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    noted: Noted = session.info.setdefault(NOTED, {})
    session.info[MADE] = [*session.info.get(MADE, ()), *session.new]
    for row in session.new:
        for part in PARTS:
            if isinstance(row, part.entity):
                _note(noted, part.owner, part.collection, [getattr(row, part.attribute)])
    for row in session.dirty:
        _note_change(noted, row)
    gone: dict[type[Base], set[Any]] = {}
    for row in session.deleted:
        gone.setdefault(type(row), set()).add(_key_of(row))
    _note_leaving(session, noted, gone)


def _note_change(noted: Noted, row: Base) -> None:
    for attribute in inspect(row).attrs:
        history = attribute.history
        if history.has_changes():
            _note(noted, type(row), attribute.key, [_key_of(row)])
            for part in PARTS:
                if isinstance(row, part.entity) and part.attribute == attribute.key:
                    _note(noted, part.owner, part.collection, [*(history.added or ()), *(history.deleted or ())])


def _note_leaving(session: Session, noted: Noted, gone: dict[type[Base], set[Any]]) -> None:
    """Note what rows that go take along, and what lets go of them."""
    waiting = list(gone.items())
    while waiting:
        entity, keys = waiting.pop()
        for part in PARTS:
            if part.entity is entity:
                _note(
                    noted, part.owner, part.collection, session.scalars(select(part.column).where(part.key.in_(keys)))
                )
        for follower in FOLLOWERS:
            if follower.target is entity:
                found = set(session.scalars(select(follower.key).where(follower.column.in_(keys))))
                if follower.attribute is not None:
                    _note(noted, follower.entity, follower.attribute, found)
                elif fresh := found - gone.get(follower.entity, set()):
                    gone.setdefault(follower.entity, set()).update(fresh)
                    waiting.append((follower.entity, fresh))


def _note(noted: Noted, entity: type[Base], name: str, keys: Iterable[Any]) -> None:
    noted.setdefault((entity, name), set()).update(key for key in keys if key is not None)


def _key_of(row: Base) -> Any:
    identity = inspect(row).identity
    return identity[0] if identity else None
