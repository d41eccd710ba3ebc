"""Types of columns, and columns that are put together from other tables."""

from enum import StrEnum
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Dialect, Enum, SQLColumnExpression, String, TypeDecorator, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

Members = TypeVar("Members", bound=StrEnum)
LONGEST_MEMBER = 255
Sortable = SQLColumnExpression[Any]


def words(length: int) -> String:
    """A text of at most `length` characters that sorts by code point."""
    return String(length, collation="C")


def choice(members: type[Members]) -> Enum:
    """One of the members, stored as its text; the table's check keeps others out."""
    return Enum(
        members,
        native_enum=False,
        length=LONGEST_MEMBER,
        values_callable=lambda choices: [member.value for member in choices],
    )


class Items(TypeDecorator[list[Any]]):
    """A list of values of one type, stored as JSON."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, item: Any) -> None:
        super().__init__()
        self.item = item
        self._adapter: TypeAdapter[list[Any]] = TypeAdapter(list[item])

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Write the values as JSON has them."""
        if value is None:
            return None
        return self._adapter.dump_python(self._adapter.validate_python(value), mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> list[Any] | None:  # noqa: ARG002
        """Read the values as they were."""
        return None if value is None else self._adapter.validate_python(value)


def keys_of(key: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[list[Any]]:
    """Gather, in their order, the keys of the rows that a row is linked to."""
    keys = select(key).where(condition).order_by(key)
    return func.array(keys.scalar_subquery(), type_=ARRAY(key.type))
