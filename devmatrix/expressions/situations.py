"""A small world of rows and one call upon it: what the solver finds and the model plays through."""

import datetime as dt
from decimal import Decimal

from devmatrix.ir.base import Node

NOMINAL_NOW = dt.datetime(2030, 1, 15, 12, 0, 0, tzinfo=dt.UTC)
"""The instant at which situations are solved and played; a run shifts all times to its own now."""


class RowRef(Node):
    """Points at a row of the same situation by its label."""

    label: str


Plain = bool | int | Decimal | str | dt.datetime | dt.date | None
"""A scalar: members of a choice by name, uuids and json as text, datetimes with zone."""

Value = Plain | RowRef | tuple[Plain | RowRef, ...]


class WorldRow(Node):
    """A row. ``values`` holds every stored field by its name, in declared order, key and timestamps left out.

    A reference (owner included) is a RowRef or None, a many field a tuple of RowRefs. The client-given key of an entity
    without a generated key is an ordinary value.
    """

    entity: str
    label: str
    values: tuple[tuple[str, Value], ...]

    def value(self, field: str) -> Value:
        """The value of a field; KeyError when it is not set."""
        return dict(self.values)[field]


class Situation(Node):
    """Rows in creation order (parents before children) and a call of one operation.

    ``addresses``: variable of each address -> label of the row it finds. ``inputs``: name of each body input that is
    sent -> value; a reference travels as a RowRef. An input that is not there is left out of the body.
    """

    operation: str
    rows: tuple[WorldRow, ...]
    addresses: tuple[tuple[str, str], ...] = ()
    inputs: tuple[tuple[str, Value], ...] = ()

    def row(self, label: str) -> WorldRow:
        """The row of this label; KeyError when there is none."""
        for row in self.rows:
            if row.label == label:
                return row
        raise KeyError(label)
