"""Look at rows from outside: by the endpoint that shows them, else in the database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from devmatrix.artifacts.scenarios import Call, DatabaseCheck
from devmatrix.artifacts.terms import Anything, Captured, Given, Term
from devmatrix.expressions.evaluation.evaluate import Context, Ref
from devmatrix.expressions.evaluation.schema import Schema
from devmatrix.expressions.evaluation.world import NewKey, Row, World
from devmatrix.ir.api import Operation
from devmatrix.ir.domain import Entity
from devmatrix.ir.expressions import Access, Binary, Expression, Variable
from devmatrix.ir.types import ListOf, Reference, Scalar
from devmatrix.scenarios.playing.calls import call_of
from devmatrix.scenarios.playing.model import play
from devmatrix.scenarios.playing.paths import addresses_of_row, is_certain, path_of
from devmatrix.scenarios.playing.requests import Literally, Request
from devmatrix.scenarios.playing.staging import SERVER_NOW
from devmatrix.scenarios.playing.storage import field_value, stored_value
from devmatrix.scenarios.playing.wire import NULL, Wire


@dataclass(frozen=True)
class View:
    """A request that shows a row, and the rows by which it is told apart from other such requests."""

    request: Request
    identity: tuple[str, ...]


def observe(
    schema: Schema, world: World, before: World, labels: Iterable[Ref], wire: Wire
) -> list[Call | DatabaseCheck]:
    """Steps that show every named row as the world has it; one that is gone is looked for in vain."""
    steps: list[Call | DatabaseCheck] = []
    seen: set[tuple[str, ...]] = set()
    for label in labels:
        view = view_of(schema, world, before, label, wire)
        if view is None:
            check = database_check(schema, world, before, label, wire)
            steps += [] if check in steps else [check]
        elif view.identity not in seen:
            seen.add(view.identity)
            reply = play(schema, view.request, world, Context(SERVER_NOW))
            steps.append(call_of(schema, view.request, reply, wire, role="observe"))
    return steps


def read_rows(schema: Schema, world: World, before: World, labels: Iterable[Ref], wire: Wire) -> Iterator[Call]:
    """Calls that read each of these rows, also those that are gone, by the endpoint for one row where there is one."""
    for label in labels:
        source = world if label in world.rows else before
        reading = schema.reads.get(source.rows[label].entity)
        if reading is None:
            continue
        found = addresses_of_row(reading, source, label)
        refs = {name: at for name, at in found.items() if isinstance(at, Ref)}
        gone = {name: Literally(source.rows[at].key) for name, at in refs.items() if at not in world.rows}
        request = Request(reading, {**found, **gone})
        if is_certain(path_of(request, world, wire)):
            reply = play(schema, request, world, Context(SERVER_NOW))
            yield call_of(schema, request, reply, wire, role="observe")


def view_of(schema: Schema, world: World, before: World, label: Ref, wire: Wire) -> View | None:
    """The list or read endpoint that shows a row, if one does."""
    there = label in world.rows
    source = world if there else before
    row = source.rows[label]
    for view in _views(schema, source, row):
        if not all(address in world.rows or address == label for address in _rows_of(view.request)):
            continue
        shown = view.request.operation.verb == "read" or _lists(schema, view.request, source, label)
        if shown and is_certain(path_of(view.request, source, wire)):
            return View(_by_key(view.request, source, there=there), view.identity)
    return None


def _views(schema: Schema, world: World, row: Row) -> Iterator[View]:
    """Ways to see a row: the list of its owner's children, itself, lists narrowed to a row that it refers to."""
    lists = schema.lists[row.entity]
    owner = schema.entities[row.entity].owner_field
    if owner is not None:
        for operation in lists:
            if operation.nested_under is not None and row.values[owner.name] in world.rows:
                yield _nested(operation, world, row.values[owner.name])
    reading = schema.reads.get(row.entity)
    if reading is not None:
        addresses = addresses_of_row(reading, world, row.label)
        yield View(Request(reading, addresses), (reading.id, row.label))
    for operation in lists:
        yield from _narrowed(schema, operation, row)


def _nested(operation: Operation, world: World, owner: Ref) -> View:
    last = operation.addresses[-1]
    addresses: dict[str, Ref | Literally] = {last.variable: owner}
    current = owner
    for above, address in zip(reversed(operation.addresses[:-1]), reversed(operation.addresses), strict=False):
        link = world.schema.entities[address.entity].owner_field
        current = world.rows[current].values[link.name] if link is not None else current
        addresses[above.variable] = current
    return View(Request(operation, addresses), (operation.id, owner))


def _narrowed(schema: Schema, operation: Operation, row: Row) -> Iterator[View]:
    """Lists that show only rows that refer to one row: by their ``where``, or by a filter."""
    if operation.nested_under is not None:
        return
    references = [item for item in schema.stored_fields(row.entity) if isinstance(item.type, Reference)]
    for field in references:
        target = row.values[field.name]
        if target is None:
            continue
        if len(operation.addresses) == 1 and _fixed_by(operation.where, field.name) == operation.addresses[0].variable:
            yield View(Request(operation, {operation.addresses[0].variable: target}), (operation.id, target))
        narrowing = next(
            (i for i in operation.query if i.selects and i.selects.kind == "equals" and i.selects.field == field.name),
            None,
        )
        if not operation.addresses and operation.where is None and narrowing is not None:
            query = ((narrowing.wire, target),)
            yield View(Request(operation, {}, query=query), (operation.id, narrowing.wire, target))


def _fixed_by(where: Expression | None, field: str) -> str | None:
    """The variable that a ``where`` says the field equals, whatever else it says."""
    if isinstance(where, Binary) and where.operator == "&&":
        return _fixed_by(where.left, field) or _fixed_by(where.right, field)
    if not isinstance(where, Binary) or where.operator != "==":
        return None
    for one, other in ((where.left, where.right), (where.right, where.left)):
        if isinstance(one, Access) and one.name == field and isinstance(one.operand, Variable):
            return other.name if isinstance(other, Variable) else None
    return None


def _rows_of(request: Request) -> list[Ref]:
    queried = [value for _, value in request.query if isinstance(value, Ref)]
    return [address for address in request.addresses.values() if isinstance(address, Ref)] + queried


def _lists(schema: Schema, request: Request, world: World, label: Ref) -> bool:
    reply = play(schema, _by_key(request, world, there=True), world, Context(SERVER_NOW))
    return reply.page is not None and label in reply.page.items


def _by_key(request: Request, world: World, *, there: bool) -> Request:
    """The request with keys for rows: in the query always, in the path where the row is gone."""
    query = tuple((name, world.rows[value].key if isinstance(value, Ref) else value) for name, value in request.query)
    addresses = dict(request.addresses)
    if not there and request.operation.verb == "read":
        last = request.operation.addresses[-1].variable
        gone = addresses[last]
        if isinstance(gone, Ref):
            addresses[last] = Literally(world.rows[gone].key)
    return Request(request.operation, addresses, query=query)


def database_check(schema: Schema, world: World, before: World, label: Ref, wire: Wire) -> DatabaseCheck:
    """What the table holds of a row that no endpoint shows; a made row is found, with its like, by what it holds."""
    there = label in world.rows
    source = world if there else before
    row = source.rows[label]
    entity = schema.entities[row.entity]
    key = entity.key.field
    held = _held(row, source, wire)
    where = {n: t for n, t in held.items() if (n == key if not isinstance(row.key, NewKey) else _tells(entity, n, t))}
    return _check(schema, world, entity, where, [n for n in held if there or n == key], wire)


def count_check(schema: Schema, world: World, label: Ref, wire: Wire) -> DatabaseCheck:
    """What the table holds of the like of a row, whatever their keys: as many rows as there must be.

    What is kept otherwise than it came (a password, as a hash) is not asked for.
    """
    row = world.rows[label]
    entity = schema.entities[row.entity]
    asked = [name for name in _held(row, world, wire) if name != entity.key.field and not _is_hashed(entity, name)]
    held = {name: term for name, term in _held(row, world, wire).items() if name in asked}
    where = {name: term for name, term in held.items() if _tells(entity, name, term)}
    return _check(schema, world, entity, where, list(held), wire)


def _check(
    schema: Schema, world: World, entity: Entity, where: dict[str, Term], names: list[str], wire: Wire
) -> DatabaseCheck:
    """Rows that hold this, and what they hold in these columns as far as it can be said."""
    alike = [found for other in world.of(entity.name) if where.items() <= (found := _held(other, world, wire)).items()]
    columns = [name for name in names if _is_known(entity, name, alike)]
    return DatabaseCheck(
        schema_name=entity.storage.schema_name,
        table=entity.storage.table,
        where=tuple(stored_value(schema, entity.field(name), term) for name, term in where.items()),
        columns=tuple(entity.field(name).column or name for name in columns),
        expected=tuple(tuple(other[name] for name in columns) for other in alike),
    )


def is_own(schema: Schema, check: DatabaseCheck) -> bool:
    """Whether only the scenario's own rows can match: by a key, a reference or what is unique."""
    if check.archive is not None:
        return True  # looked for by their keys
    places = {(item.storage.schema_name, item.storage.table): item for item in schema.entities.values()}
    entity = places[check.schema_name, check.table]
    told = {item.column for item in check.where if item.value != NULL}
    names = {field.name for field in entity.fields if field.column in told}
    owned = {entity.key.field} | {field.name for field in entity.fields if field.target is not None}
    return bool(names & owned) or any(names.issuperset(item.fields) for item in schema.uniques[entity.name])


def _held(row: Row, world: World, wire: Wire) -> dict[str, Term]:
    """What a row's own columns hold, by field."""
    entity = world.schema.entities[row.entity]
    return {f.name: field_value(entity, f, row, world, wire) for f in entity.fields if f.column is not None}


def _is_hashed(entity: Entity, name: str) -> bool:
    of = entity.field(name).type
    return isinstance(of, Scalar) and of.name == "password"


def _is_known(entity: Entity, name: str, rows: list[dict[str, Term]]) -> bool:
    """Whether it can be said what all these rows hold there."""
    clock = entity.field(name).role in ("created", "updated")
    return not clock and not any(isinstance(row[name], Anything) for row in rows)


def _tells(entity: Entity, name: str, term: Term) -> bool:
    """Whether a made row can be looked for by this column."""
    of = entity.field(name).type
    is_list = isinstance(of, ListOf) or (isinstance(of, Scalar) and of.name == "json")
    return isinstance(term, Given | Captured) and not is_list
