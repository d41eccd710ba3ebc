"""What every repository can do with the rows of its entity."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal
from uuid import uuid4

from sqlalchemy import Select, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.orm.util import identity_key

from src.core.database import Base, Timestamped, clock_of
from src.repositories.keys import INTEGER_KEY, TEXT_KEY, UUID_KEY
from src.repositories.reading import Entity, Page, Reader

__all__ = ["INTEGER_KEY", "TEXT_KEY", "UUID_KEY", "Page", "Repository"]


class Repository(Reader[Entity]):
    """The rows of one entity, and what may be done with them in a transaction."""

    generates: ClassVar[Literal["uuid", "database", "client"]] = "uuid"
    locks: ClassVar[bool] = True
    place: ClassVar[tuple[str, str] | None] = None

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._held: list[Entity] = []
        self._loads: list[ORMOption] = []

    async def lock(self, *keys: object, load: Sequence[ORMOption] = ()) -> Entity | None:
        """Take a row for this transaction, as it is now, and load lists that are part of it."""
        rows = await self._take(self._locking().where(*self._at(keys)), load)
        return rows[0] if rows else None

    async def lock_many(self, keys: Iterable[object], *, load: Sequence[ORMOption] = ()) -> dict[Any, Entity]:
        """Take rows for this transaction in the order of their keys."""
        key = self.path[0]
        wanted = {given for given in keys if given is not None}
        statement = self._locking().where(key.in_(wanted)).order_by(key)
        rows = await self._take(statement, load) if wanted else []
        return {getattr(row, key.key): row for row in rows}

    def add(self, row: Entity) -> Entity:
        """Add a new row."""
        if self.generates == "uuid" and getattr(row, self.path[0].key) is None:
            setattr(row, self.path[0].key, uuid4())
        if isinstance(row, Timestamped):
            row.created_at = row.updated_at = clock_of(self.session).tick()
        for relation in inspect(self.entity).relationships:
            if relation.uselist and relation.key not in row.__dict__:
                setattr(row, relation.key, [])
        self.session.add(row)
        return row

    async def delete(self, row: Entity) -> None:
        """Delete a row that was read, and take it out of its owner's list."""
        await self.delete_all([row])

    async def delete_all(self, rows: Iterable[Entity]) -> None:
        """Delete rows at once, so that what was unique to them is free again."""
        await self.session.flush()
        for row in list(rows):
            self._take_out(row)
            await self.session.delete(row)
        await self.session.flush()

    def _take_out(self, row: Entity) -> None:
        if self.place is not None:
            owner = in_hand(row, self.place[0])
            if owner is not None and self.place[1] not in inspect(owner).unloaded:
                getattr(owner, self.place[1]).remove(row)

    async def _take(self, statement: Select[Any], load: Sequence[ORMOption]) -> Sequence[Entity]:
        if self.session.dirty or self.session.new:
            await self.session.flush()
        self._loads.extend(option for option in load if option not in self._loads)
        rows = (await self.session.scalars(statement.options(*self._loads))).all()
        self._held.extend(rows)
        return rows

    def _locking(self) -> Select[Any]:
        statement = select(self.entity).execution_options(populate_existing=True)
        return statement.with_for_update(key_share=True) if self.locks else statement


def in_hand(row: Base, reference: str) -> Base | None:
    """Give the row that a reference leads to, if the session holds it."""
    state = inspect(row)
    if reference not in state.unloaded or state.session is None:
        known: Base | None = row.__dict__.get(reference)
        return known
    relation = state.mapper.relationships[reference]
    column = next(iter(relation.local_columns))
    key = getattr(row, state.mapper.get_property_by_column(column).key)
    found: Base | None = state.session.identity_map.get(identity_key(relation.mapper.class_, key))
    return found
