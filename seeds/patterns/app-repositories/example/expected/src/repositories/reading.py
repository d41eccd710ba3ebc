"""How rows of an entity are found and shown."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from src.core.columns import Sortable
from src.core.database import Base
from src.repositories.keys import Key, read_keys

Entity = TypeVar("Entity", bound=Base)
Column = InstrumentedAttribute[Any]
Conditions = Sequence[ColumnElement[bool]]
Row = dict[str, Any]


class Page(NamedTuple):
    """Some rows of a list, and how many there are in all."""

    rows: list[Row]
    total: int


class Reader(Generic[Entity]):
    """The rows of one entity.

    A row is found by its key, or by its key and the key of the row that it is part of: `path` names these columns.
    """

    name: ClassVar[str]
    entity: type[Entity]
    path: ClassVar[tuple[Column, ...]]
    path_types: ClassVar[tuple[Key, ...]]
    shown: ClassVar[tuple[ColumnElement[Any] | Column, ...]]
    default_order: ClassVar[tuple[Sortable, ...]]
    SORTABLE: ClassVar[Mapping[str, Sortable]] = {}

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def has(self, *keys: object) -> bool:
        """Tell whether a path names a row: the keys are well formed, and the row is there."""
        read = read_keys(self.path_types, keys)
        if read is None:
            return False
        return await self.session.scalar(select(select(self.path[0]).where(*self._at(read)).exists())) is True

    async def row(self, *keys: object) -> Row | None:
        """Read the shown columns of one row."""
        found = (await self.session.execute(select(*self.shown).where(*self._at(keys)))).one_or_none()
        return None if found is None else self._shown(found)

    async def page(self, conditions: Conditions, order: Sequence[ColumnElement[Any]], limit: int, offset: int) -> Page:
        """Read a page and the total in one statement, so that they agree."""
        total = select(func.count()).select_from(self.entity).where(*conditions)
        statement = (
            select(*self.shown, total.scalar_subquery())
            .where(*conditions)
            .order_by(*order, *self.default_order)
            .limit(limit)
            .offset(offset)
        )
        found = (await self.session.execute(statement)).all()
        if found or not offset:
            return Page([self._shown(row) for row in found], found[0][-1] if found else 0)
        return Page([], await self.session.scalar(total) or 0)

    def _at(self, keys: tuple[object, ...]) -> Conditions:
        return [column == key for column, key in zip(self.path, keys, strict=False)]

    def _shown(self, values: Sequence[Any]) -> Row:
        return {column.key or "": value for column, value in zip(self.shown, values, strict=False)}
