"""Rows that are written without being taken."""

from sqlalchemy import select

from src.repositories.base import Repository
from src.repositories.reading import Entity


async def as_it_is(repository: Repository[Entity], key: object) -> Entity | None:
    """Read a row with the version that it has now; who writes it finds out whether that is still so."""
    row = select(repository.entity).where(repository.path[0] == key)
    return (await repository.session.scalars(row)).one_or_none()
