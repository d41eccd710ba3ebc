"""The rows at one moment of the operation: those before the call, and what was changed since."""

from dataclasses import dataclass, field

from devmatrix.expressions.solver.symbolic.start import Start
from devmatrix.expressions.solver.symbolic.terms import Truth, any_of, both, negate
from devmatrix.expressions.solver.symbolic.values import Items, Row, RowId, Scalar, Value, memberships, merged, only


@dataclass
class State:
    """Changed values and presence over the start; ``copy`` before writing."""

    start: Start
    written: dict[tuple[RowId, str], Value] = field(default_factory=dict)
    alive: dict[RowId, Truth] = field(default_factory=dict)
    made: dict[str, tuple[RowId, ...]] = field(default_factory=dict)

    def copy(self) -> "State":
        """The same rows, to be written to without touching these."""
        return State(self.start, dict(self.written), dict(self.alive), dict(self.made))

    def rows(self, entity: str) -> tuple[RowId, ...]:
        """All rows of an entity that may be there, in creation order."""
        return (*self.start.pool(entity), *self.made.get(entity, ()))

    def present(self, row: RowId) -> Truth:
        """Whether the row is there."""
        if row in self.alive:
            return self.alive[row]
        self.start.pool(row.entity)
        return self.start.presence.get(row, False)

    def is_made(self, row: RowId) -> bool:
        """Whether the operation makes the row."""
        return row in self.made.get(row.entity, ())

    def get(self, row: RowId, name: str) -> Value:
        """A stored field of a row; of a made row that has no such value yet: null."""
        if (row, name) in self.written:
            return self.written[row, name]
        if row not in self.start.pool(row.entity):
            return Scalar("null", 0, null=True)
        return self.start.read(row, name)

    def put(self, guard: Truth, row: RowId, name: str, value: Value) -> None:
        """Change a field of a row where the condition holds."""
        self.written[row, name] = merged(guard, value, self.get(row, name))

    def make(self, entity: str, guard: Truth) -> RowId:
        """A new row, there where the condition holds."""
        row = RowId(entity, len(self.rows(entity)))
        self.made[entity] = (*self.made.get(entity, ()), row)
        self.alive[row] = guard
        return row

    def remove(self, guard: Truth, row: RowId) -> None:
        """Take a row away where the condition holds."""
        self.alive[row] = both(self.present(row), negate(guard))

    def referred(self, value: Value, entity: str) -> Row:
        """The row of a reference, none where it was taken away."""
        if not isinstance(value, Row):
            return Row(entity, ())
        return value.where({row: self.alive[row] for row, _ in value.choices if row in self.alive})

    def children(self, operand: Row, child: str, link: str) -> Items:
        """The rows of a child entity whose owner is the operand."""
        items: list[tuple[Truth, Value]] = []
        for row in self.rows(child):
            owner = self.get(row, link)
            belongs = (
                any_of(both(guard, owner.is_row(parent)) for parent, guard in operand.choices)
                if isinstance(owner, Row)
                else False
            )
            held = both(self.present(row), belongs)
            if held is not False:
                items.append((held, only(row)))
        return Items(tuple(items), operand.null)

    def members(self, operand: Row, target: str, name: str) -> Items:
        """The rows of a many list."""
        found: dict[RowId, list[Truth]] = {}
        for row, guard in operand.choices:
            value = self.get(row, name)
            if isinstance(value, Items):
                for other, held in memberships(value).items():
                    found.setdefault(other, []).append(both(guard, held))
        items = [(both(self.present(row), any_of(found[row])), only(row)) for row in self.rows(target) if row in found]
        return Items(tuple((held, row) for held, row in items if held is not False), operand.null)
