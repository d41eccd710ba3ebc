"""Build the symbolic world of one operation: rows, inputs, addresses, the run, and all that is known before."""

from dataclasses import dataclass

from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.solver.completion import complete, keep_start
from devmatrix.expressions.solver.counts import count_rows
from devmatrix.expressions.solver.execute import run_statements
from devmatrix.expressions.solver.run import Run
from devmatrix.expressions.solver.symbolic.ledger import Ledger
from devmatrix.expressions.solver.symbolic.start import Start
from devmatrix.expressions.solver.symbolic.state import State
from devmatrix.expressions.solver.symbolic.terms import Truth, any_of, both, negate
from devmatrix.expressions.solver.symbolic.values import NotLowered, Row, Value, only, same
from devmatrix.ir.api import Address, Operation
from devmatrix.ir.behavior import Bind, BindMany, Statement, walk_statements
from devmatrix.ir.expressions import Variable


@dataclass(frozen=True, eq=False)
class World:
    """A symbolic world with lists of up to ``level`` rows, after its run."""

    schema: Schema
    operation: Operation
    level: int
    run: Run
    addresses: dict[str, Row]
    variables: dict[str, Value]
    """Addresses and inputs: what is in scope before the first statement."""

    @property
    def start(self) -> Start:
        """What is there before the call."""
        return self.run.before.start

    @property
    def ledger(self) -> Ledger:
        """All unknowns and facts."""
        return self.start.ledger


def build_world(schema: Schema, operation: Operation, level: int, *, strings: bool) -> World:
    """The world of an operation; NotLowered where something in it has no formula."""
    application = schema.application
    counts = count_rows(application, operation, level)
    fixed: dict[str, int] = {}
    for address in operation.addresses:
        fixed.setdefault(address.entity, 1)
    start = Start(schema, Ledger(strings), counts, fixed)
    before = State(start)
    run = Run(before.copy(), before)
    addresses = _addresses(start, before, operation.addresses)
    variables: dict[str, Value] = {**addresses, **_inputs(start, application.statements(operation), operation)}
    run_statements(run, application.statements(operation), dict(variables), guard=True)
    complete(run)
    return World(schema, operation, level, run, addresses, variables)


def close_world(world: World) -> None:
    """Learn all that is known of the rows before the call; nothing new is read after this."""
    keep_start(
        world.run,
        world.schema.rules,
        {name: world.schema.application.uniques_of(name) for name in world.schema.entities},
    )
    world.ledger.close_texts()


def _addresses(start: Start, before: State, addresses: tuple[Address, ...]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    seen: dict[str, int] = {}
    for address in addresses:
        if address.source != "path":
            raise NotLowered(f"a row that is reached by {address.source}")
        place = seen.setdefault(address.entity, 0)
        seen[address.entity] += 1
        found[address.variable] = _addressed(start, address, place)
        if address.owner is not None:
            owner_field = start.schema.entities[address.entity].owner_field
            if owner_field is not None:
                _belong(start, before, found[address.variable], owner_field.name, found[address.owner])
    return found


def _addressed(start: Start, address: Address, place: int) -> Row:
    """The n-th address of an entity may reach any of the first n rows."""
    pool = start.pool(address.entity)
    if place == 0:
        return only(pool[0])
    choices = [(row, start.ledger.fresh(f"{address.variable} {row.number}", "bool")) for row in pool[: place + 1]]
    start.ledger.learn("", any_of(chosen for _, chosen in choices))
    for number, (row, chosen) in enumerate(choices):
        start.ledger.learn("", negate(both(chosen, negate(start.presence[row]))))
        for _, rival in choices[:number]:
            start.ledger.learn("", negate(both(chosen, rival)))
    start.ledger.prefer("kept", choices[-1][1])
    start.ledger.prefer_first([chosen for _, chosen in reversed(choices)])
    return Row(address.entity, tuple(choices), certain=True)


def _belong(start: Start, before: State, row: Row, link: str, owner: Row) -> None:
    for candidate, chosen in row.choices:
        fine: Truth = same(before.get(candidate, link), owner)
        start.ledger.learn("", negate(both(chosen, negate(fine))))


def _inputs(start: Start, statements: tuple[Statement, ...], operation: Operation) -> dict[str, Value]:
    taken: dict[str, int] = {}
    for address in operation.addresses:
        taken[address.entity] = taken.get(address.entity, 0) + 1
    bound: dict[str, tuple[str, int]] = {}
    for statement in walk_statements(statements):
        if isinstance(statement, Bind | BindMany) and isinstance(statement.by, Variable):
            place = taken.get(statement.entity, 0)
            bound.setdefault(statement.by.name, (statement.entity, place))
            taken[statement.entity] = place + 1
    found: dict[str, Value] = {}
    for given in operation.body:
        entity, best = bound.get(given.name, (None, 0))
        found[given.name] = start.take(given, entity, best).value
    return found
