"""The rows and inputs before the call, as unknowns that are made when something asks for them."""

from dataclasses import dataclass, field

from devmatrix.expressions.evaluation.constants import default_value
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.solver.counts import creation_order
from devmatrix.expressions.solver.symbolic.constants import lowered
from devmatrix.expressions.solver.symbolic.ledger import Ledger
from devmatrix.expressions.solver.symbolic.terms import (
    Term,
    Truth,
    any_of,
    at_most,
    both,
    choose,
    equal,
    implies,
    less,
    negate,
    total,
)
from devmatrix.expressions.solver.symbolic.unknowns import unknown
from devmatrix.expressions.solver.symbolic.values import Items, Row, RowId, Scalar, Value, merged, only
from devmatrix.ir.api import Input
from devmatrix.ir.domain import Field
from devmatrix.ir.types import SAFE_INTEGER, Many, Reference
from devmatrix.ir.validation import Length

FIRST_KEY = 1_000_001
ABSENT_KEY = 2_000_000_000


@dataclass
class Given:
    """A body input: whether it is sent, and what it comes to (its default where it is not)."""

    sent: Truth
    value: Value
    null: Truth


@dataclass
class Start:
    """All that is there before the call."""

    schema: Schema
    ledger: Ledger
    counts: dict[str, int]
    fixed: dict[str, int]
    """How many rows of an entity are there for certain: those that addresses reach."""
    pools: dict[str, tuple[RowId, ...]] = field(default_factory=dict)
    values: dict[tuple[RowId, str], Value] = field(default_factory=dict)
    presence: dict[RowId, Truth] = field(default_factory=dict)
    keys: dict[RowId, int] = field(default_factory=dict)
    ranks: dict[RowId, Term] = field(default_factory=dict)
    inputs: dict[str, Given] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.order = creation_order(self.schema.application)

    def pool(self, entity: str) -> tuple[RowId, ...]:
        """The rows of an entity that may be there."""
        if entity not in self.pools:
            rows = tuple(RowId(entity, number) for number in range(max(1, self.counts.get(entity, 1))))
            self.pools[entity] = rows
            for row in rows:
                self._place(row)
        return self.pools[entity]

    def _place(self, row: RowId) -> None:
        self.keys[row] = FIRST_KEY + len(self.keys)
        if row.number < self.fixed.get(row.entity, 0):
            self.presence[row] = True
            return
        present = self.ledger.fresh(f"{row.entity} {row.number}", "bool")
        self.presence[row] = present
        self.ledger.prefer("present", negate(present))
        if row.number > 0:
            self.ledger.learn("", implies(present, self.presence[RowId(row.entity, row.number - 1)]))

    def key_of(self, row: RowId) -> int:
        """The number that stands for a row's key."""
        return self.keys.setdefault(row, FIRST_KEY + len(self.keys))

    def read(self, row: RowId, name: str) -> Value:
        """A stored field, or a timestamp, of a row."""
        if (row, name) not in self.values:
            self.values[row, name] = self._made(row, self.schema.fields[row.entity, name])
        return self.values[row, name]

    def _made(self, row: RowId, of: Field) -> Value:
        name = f"{row.entity} {row.number}.{of.name}"
        match of.type:
            case Reference(entity=target):
                return self._reference(row, of, target, name)
            case Many(entity=target):
                return self._members(row, of, target, name)
            case _:
                value = unknown(self.ledger, name, of.type, of.constraints, of.id, of.default)
                return self._perhaps_null(of, value, name)

    def _perhaps_null(self, of: Field, value: Scalar | Items, name: str) -> Value:
        if not of.nullable or of.role in ("key", "created", "updated"):
            return value
        null = self.ledger.fresh(f"{name} null", "bool")
        self.ledger.prefer("null", negate(null))
        return merged(null, Scalar("null", 0, null=True), value)

    def _reference(self, row: RowId, of: Field, target: str, name: str) -> Row:
        pool, ledger = self.pool(target), self.ledger
        if len(pool) == 1 and not of.nullable and target != row.entity:
            ledger.learn("", implies(self.presence[row], self.presence[pool[0]]))
            return only(pool[0])
        choices = [(other, ledger.fresh(f"{name} {other.number}", "bool")) for other in pool]
        for place, (other, chosen) in enumerate(choices):
            ledger.learn("", implies(both(chosen, self.presence[row]), self.presence[other]))
            for _, rival in choices[:place]:
                ledger.learn("", negate(both(chosen, rival)))
            self._keep_order(row, other, of, chosen)
        chosen_any = any_of(chosen for _, chosen in choices)
        if of.nullable:
            ledger.prefer("null", implies(self.presence[row], chosen_any))
        else:
            ledger.learn("", implies(self.presence[row], chosen_any))
        first = choices[min(row.number, len(choices) - 1)][1]
        ledger.prefer_first([first, *(chosen for _, chosen in choices if chosen is not first)])
        return Row(target, tuple(choices))

    def _keep_order(self, row: RowId, other: RowId, of: Field, refers: Truth) -> None:
        """Rows are made one after the other; a row may refer to itself and to those made before it."""
        if other == row:
            self.ledger.prefer("spread", negate(refers))
        elif self.order.index(other.entity) >= self.order.index(row.entity):
            node = f"{of.id} order"
            self.ledger.restrictions.add(node)
            self.ledger.learn(node, implies(refers, less(self._rank(other), self._rank(row))))

    def _rank(self, row: RowId) -> Term:
        if row not in self.ranks:
            self.ranks[row] = self.ledger.fresh(f"{row.entity} {row.number} made", "int")
        return self.ranks[row]

    def _members(self, row: RowId, of: Field, target: str, name: str) -> Items:
        items: list[tuple[Truth, Value]] = []
        for other in self.pool(target):
            held = self.ledger.fresh(f"{name} {other.number}", "bool")
            self.ledger.learn("", implies(both(held, self.presence[row]), self.presence[other]))
            self.ledger.prefer("value", negate(held))
            self._keep_order(row, other, of, held)
            items.append((held, only(other)))
        size = total(choose(held, 1, 0) for held, _ in items)
        for bound in (item for item in of.constraints if isinstance(item, Length)):
            fine = both(at_most(bound.minimum, size), bound.maximum is None or at_most(size, bound.maximum))
            self.ledger.learn(of.id, implies(self.presence[row], fine))
        return Items(tuple(items))

    def take(self, given: Input, bound: str | None, best: int) -> Given:
        """The unknowns of a body input; its key finds a row of ``bound``, best the one at ``best``."""
        sent: Truth = True
        if not given.required:
            sent = self.ledger.fresh(f"{given.name} sent", "bool")
            self.ledger.prefer("given", sent)
        value = self._sent_value(given, bound, best)
        null: Truth = False
        if given.nullable and not isinstance(given.type, Many):
            null = self.ledger.fresh(f"{given.name} null", "bool")
            self.ledger.prefer("null", negate(null))
            self.ledger.learn("", implies(null, sent))
            value = merged(null, Scalar("null", 0, null=True), value)
        default = lowered(self.ledger, default_value(given.default, given.type), given.type)
        found = Given(sent, merged(sent, value, default), null)
        self.inputs[given.name] = found
        return found

    def _sent_value(self, given: Input, bound: str | None, best: int) -> Value:
        target = given.type.entity if isinstance(given.type, Reference | Many) else bound
        if target is None:
            return unknown(self.ledger, given.name, given.type, given.constraints, given.id, given.default)
        if isinstance(given.type, Many) or given.type.kind == "list":
            return self._keys(given, target)
        return self._key(given.name, given, target, best)

    def _key(self, name: str, given: Input, target: str, best: int) -> Value:
        entity = self.schema.entities[target]
        if entity.key.generated is None:
            key = entity.key_field
            return unknown(self.ledger, name, key.type, key.constraints, given.id)
        pool = self.pool(target)
        term = self.ledger.fresh(name, "int")
        keys = [self.keys[row] for row in pool]
        absent = ABSENT_KEY + self.ledger.count
        self.ledger.learn(given.id, any_of(equal(term, key) for key in (*keys, absent)))
        first = keys[min(best, len(keys) - 1)]
        self.ledger.prefer_first([equal(term, key) for key in dict.fromkeys((first, *keys, absent))])
        return Scalar(entity.key.generated, term, low=1, high=SAFE_INTEGER)

    def _keys(self, given: Input, target: str) -> Items:
        slots = max(2, min(3, self.counts.get(target, 2)))
        low = 1 if given.required and not given.nullable else 0
        filled: list[Truth] = []
        keys: list[Value] = []
        for place in range(slots):
            held: Truth = self.ledger.fresh(f"{given.name} {place}", "bool")
            self.ledger.prefer("present", held if place < max(low, 2) else negate(held))
            if place:
                self.ledger.learn("", implies(held, filled[-1]))
            key = self._key(f"{given.name} {place}", given, target, place)
            self._keep_apart(key, keys)
            filled.append(held)
            keys.append(key)
        return Items(tuple(zip(filled, keys, strict=True)))

    def _keep_apart(self, key: Value, others: list[Value]) -> None:
        for other in others:
            if isinstance(key, Scalar) and isinstance(other, Scalar):
                self.ledger.learn("", negate(equal(key.term, other.term)))
