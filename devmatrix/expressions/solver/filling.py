"""Values for fields that nothing reads: valid, readable, and different from row to row."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from devmatrix.expressions.evaluation.constants import default_value
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.situations import NOMINAL_NOW, RowRef, Value, WorldRow
from devmatrix.expressions.solver.symbolic.unknowns import HOUR, best_number, bounds_of, patterns_of
from devmatrix.expressions.solver.symbolic.values import RowId
from devmatrix.expressions.solver.wording import readable_text
from devmatrix.ir.domain import Field
from devmatrix.ir.types import Choice, ListOf, Many, Reference, Scalar
from devmatrix.ir.validation import Length


@dataclass
class Filler:
    """Fills fields, with spare rows for references that lead nowhere else."""

    schema: Schema
    labels: dict[RowId, str]
    taken: set[str]
    spare: list[WorldRow] = field(default_factory=list)
    spares: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def value(self, entity: str, of: Field, label: str) -> Value:
        """A value of a field of a row."""
        self.count += 1
        match of.type:
            case Reference(entity=target):
                return self._reference(entity, of, target, label)
            case Many():
                return ()
            case ListOf(item=item):
                lengths = [bound.minimum for bound in of.constraints if isinstance(bound, Length)]
                return tuple(self._plain(of, item) for _ in range(max([1, *lengths])))  # type: ignore[misc]
            case _:
                return self._plain(of, of.type)

    def _plain(self, of: Field, kind: object) -> Value:
        if isinstance(kind, Choice):
            chosen = of.default if of.has_default else kind.members[0].name
            return str(chosen)
        if not isinstance(kind, Scalar):
            return None
        match kind.name:
            case "boolean":
                return bool(default_value(of.default, kind))
            case "uuid":
                return f"00000000-0000-4000-9000-{self.count:012d}"
            case "json":
                return f'{{"number":{self.count}}}'
            case "integer" | "decimal" | "date" | "datetime":
                return _number(of, kind, self.count)
            case _:
                return self._text(of, kind)

    def _text(self, of: Field, kind: Scalar) -> Value:
        low, high = bounds_of(kind, of.constraints)
        patterns = tuple(sorted(patterns_of(kind, of.constraints)))
        text = readable_text(of.name, self.count, low, high, patterns, (), self.taken)
        if text is None:
            return None if of.nullable else ""
        self.taken.add(text)
        return text

    def _reference(self, entity: str, of: Field, target: str, label: str) -> Value:
        if of.nullable:
            return None
        if target == entity:
            return RowRef(label=label)
        known = next((found for row, found in self.labels.items() if row.entity == target), None)
        if known is not None and of.role != "owner" and self._stands_before(target, entity):
            return RowRef(label=known)
        return RowRef(label=self._spare(target))

    def _stands_before(self, target: str, entity: str) -> bool:
        names = list(self.schema.entities)
        return target in names and entity in names

    def _spare(self, target: str) -> str:
        if target not in self.spares:
            label = f"{self.schema.entities[target].variable}_spare"
            self.spares[target] = label
            values = [(of.name, self.value(target, of, label)) for of in self.schema.stored_fields(target)]
            self.spare.append(WorldRow(entity=target, label=label, values=tuple(values)))
        return self.spares[target]

    def in_order(self, rows: dict[str, WorldRow]) -> tuple[WorldRow, ...]:
        """All rows, what is referred to first."""
        left = {**{row.label: row for row in self.spare}, **rows}
        placed: dict[str, WorldRow] = {}
        while left:
            ready = [label for label, row in left.items() if all(ref in placed or ref == label for ref in _refs(row))]
            chosen = ready or list(left)[:1]
            for label in chosen[:1]:
                placed[label] = left.pop(label)
        return tuple(placed.values())


def _refs(row: WorldRow) -> list[str]:
    items = (item for _, value in row.values for item in (value if isinstance(value, tuple) else (value,)))
    return [item.label for item in items if isinstance(item, RowRef)]


def _number(of: Field, kind: Scalar, number: int) -> Value:
    low, high = bounds_of(kind, of.constraints)
    if kind.name == "integer":
        return best_number(number, 0, low, high)
    if kind.name == "decimal":
        scale = kind.scale or 0
        return Decimal(best_number(number, scale, low, high)).scaleb(-scale)
    if kind.name == "date":
        return NOMINAL_NOW.date() + dt.timedelta(days=max(low, min(high, 10 + number)))
    moment = max(low, min(high, 24 * HOUR * (10 + number) + HOUR // 2))
    return NOMINAL_NOW + dt.timedelta(microseconds=moment)
