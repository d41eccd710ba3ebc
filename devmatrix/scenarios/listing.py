"""Lists: pages and totals, filters, sorting, search, and rows that a list must leave out."""

from collections.abc import Sequence
from typing import Any

from devmatrix.artifacts.scenarios import ScenarioKind
from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.evaluation.world import Row
from devmatrix.expressions.situations import RowRef, Situation, WorldRow
from devmatrix.ir.api import Input, Operation
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import Access, Binary, Expression, Variable
from devmatrix.ir.tests import Obligation
from devmatrix.ir.types import Choice, Many, Reference, Scalar
from devmatrix.ir.validation import Pattern
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import title_of
from devmatrix.scenarios.playing.requests import request_of
from devmatrix.scenarios.playing.scene import Scene
from devmatrix.scenarios.supply.defaults import addressed_rows
from devmatrix.scenarios.supply.rows import RowBuilder, matches, variations
from devmatrix.scenarios.supply.values import length_bounds, valid_value
from devmatrix.scenarios.turning import derive_places, turn_pages

_ROWS = 5
_PHRASES = ("Alpha 100% a_b", "beta 1000 axb", "gAMMa 100 per cent", "ALPHABET", "delta")


def derive_lists(bench: Bench, operation: Operation) -> None:
    """A scenario for each thing that a list must do."""
    if operation.verb != "list" or operation.entity is None:
        return
    world = _list_world(bench, operation)
    alone = not operation.addresses
    _derive_plain(bench, operation, world, alone=alone)
    for detail in ("total", "window", "order"):
        _derive_paging(bench, operation, world, bench.obligations(operation, "paging", detail=detail), alone=alone)
    for obligation in bench.obligations(operation, "paging"):
        if (scene := derive_places(bench, operation, world, obligation)) is not None:
            _keep(bench, scene, operation, "paging", obligation, alone=alone)
    for obligation in bench.obligations(operation, "filter"):
        _derive_filter(bench, operation, world, obligation, alone=alone)
    for obligation in bench.obligations(operation, "sort"):
        _derive_sort(bench, operation, world, obligation, alone=alone)
    for obligation in bench.obligations(operation, "search"):
        _derive_search(bench, operation, world, obligation, alone=alone)


def _derive_plain(bench: Bench, operation: Operation, world: Situation, *, alone: bool) -> None:
    """The list as it is, without any parameter."""
    scene = bench.scene(operation, "happy", world)
    scene.act(request_of(operation, scene.stage))
    covers = bench.ids(operation, "operation", detail="")
    bench.keep(scene, f"{title_of(operation)} succeeds", "happy", operation, covers, alone=alone)


def _derive_paging(
    bench: Bench, operation: Operation, world: Situation, owed: Sequence[Obligation], *, alone: bool
) -> None:
    for obligation in owed:
        scene = bench.scene(operation, f"paging/{obligation.detail}", world)
        request = request_of(operation, scene.stage)
        windows: dict[str, list[tuple[tuple[str, Any], ...]]] = {
            "total": [(), (("limit", 1),)],
            "window": [
                (("limit", 2),),
                (("limit", 2), ("offset", 2)),
                (("limit", 200), ("offset", _ROWS + 5)),
                (("offset", 1),),
            ],
            "order": [()],
        }
        for query in windows[obligation.detail]:
            scene.act(request.asking(*query))
        _keep(bench, scene, operation, "paging", obligation, alone=alone)


def _keep(
    bench: Bench, scene: Scene, operation: Operation, kind: ScenarioKind, obligation: Obligation, *, alone: bool
) -> None:
    title = f"{title_of(operation)}: {scene.stage.scenario.partition('/')[2].replace('/', ' ')}"
    bench.keep(scene, title, kind, operation, [obligation.id], alone=alone)


def _derive_filter(
    bench: Bench, operation: Operation, world: Situation, obligation: Obligation, *, alone: bool
) -> None:
    if obligation.node == operation.id:
        scene = bench.scene(operation, f"filter/{obligation.detail}", world)
        scene.act(request_of(operation, scene.stage))
        _keep(bench, scene, operation, "filter", obligation, alone=False)
        return
    item = next(item for item in operation.query if item.id == obligation.node)
    name = f"filter/{item.wire}" + ("/any-of" if obligation.detail else "")
    scene = bench.scene(operation, name, world)
    values = _asked_values(scene, operation, item)
    request = request_of(operation, scene.stage)
    if obligation.detail:
        scene.act(request.asking(*((item.wire, value) for value in values[:2])))
    else:
        for value in values[:3]:
            scene.act(request.asking((item.wire, value)))
        turn_pages(scene, request.asking((item.wire, values[0])), 1)
    own = isinstance(item.type, Reference) and operation.where is None
    _keep(bench, scene, operation, "filter", obligation, alone=alone and not own)


def _asked_values(scene: Scene, operation: Operation, item: Input) -> list[Any]:
    """Values that some of the listed rows hold, as they travel."""
    name = item.selects.field if item.selects is not None else None
    found: dict[Any, None] = {}
    for row in _listed(scene, operation):
        held = scene.world.value(row, name or "", scene.stage.context)
        for value in held if isinstance(held, tuple) else (held,):
            if value is not None:
                found[scene.world.rows[value].key if isinstance(value, Ref) else value] = None
    values = list(found) or [_unheld(scene, item)]
    return [_travelling(item, value) for value in values]


def _unheld(scene: Scene, item: Input) -> Any:
    if isinstance(item.type, Reference):
        return scene.stage.absent_key(item.type.entity)
    return valid_value(item.type, item.constraints, 1)


def _travelling(item: Input, value: Any) -> Any:
    if isinstance(item.type, Choice):
        return next(member.wire for member in item.type.members if member.name == value)
    return value if isinstance(value, bool | int | str) or hasattr(value, "year") else str(value)


def _listed(scene: Scene, operation: Operation) -> list[Row]:
    return list(scene.world.of(operation.entity or ""))


def _derive_sort(bench: Bench, operation: Operation, world: Situation, obligation: Obligation, *, alone: bool) -> None:
    entity = bench.schema.entities[operation.entity or ""]
    field = next(item for item in entity.fields if item.id == obligation.node)
    sort = next(i for i in operation.query if i.selects is not None and i.selects.kind == "sort")
    key = f"-{field.wire}" if obligation.detail == "descending" else field.wire
    scene = bench.scene(operation, f"sort/{field.wire}/{obligation.detail}", world)
    request = request_of(operation, scene.stage).asking((sort.wire, key))
    scene.act(request)
    turn_pages(scene, request, 2)
    _keep(bench, scene, operation, "sort", obligation, alone=alone)


def _derive_search(
    bench: Bench, operation: Operation, world: Situation, obligation: Obligation, *, alone: bool
) -> None:
    phrase = next(i for i in operation.query if i.selects is not None and i.selects.kind == "search")
    scene = bench.scene(operation, f"search/{obligation.detail or obligation.node.rpartition(':')[2]}", world)
    request = request_of(operation, scene.stage)
    for text in (phrases := _phrases(bench, scene, operation, obligation)):
        scene.act(request.asking((phrase.wire, text)))
    if phrases:
        turn_pages(scene, request.asking((phrase.wire, phrases[0])), 1)
    _keep(bench, scene, operation, "search", obligation, alone=alone)


def _phrases(bench: Bench, scene: Scene, operation: Operation, obligation: Obligation) -> list[str]:
    """Parts of texts that are there, in another case; signs that SQL would take for wildcards."""
    if obligation.detail == "wildcards":
        return ["%", "_", "0%", "a_b", "\\"]
    entity = bench.schema.entities[operation.entity or ""]
    field = next(item for item in entity.fields if item.id == obligation.node)
    texts = [text for row in _listed(scene, operation) if (text := row.values.get(field.name))]
    return list(dict.fromkeys(part for text in texts[:2] for part in (text[1:6].swapcase(), text.upper()) if part))


def _list_world(bench: Bench, operation: Operation) -> Situation:
    """Rows that the list shows, told apart in every field, and one that it leaves out."""
    builder = RowBuilder(bench.schema, operation.id in bench.relative)
    addresses = addressed_rows(bench.schema, operation, builder)
    entity = bench.schema.entities[operation.entity or ""]
    for number in range(_ROWS):
        _add_row(bench, operation, builder, entity, dict(addresses), number)
    if operation.addresses:
        builder.row(entity.name)
        _add_unwanted(bench, operation, builder, entity, dict(addresses))
    return Situation(operation=operation.id, rows=tuple(builder.rows), addresses=addresses)


def _add_row(
    bench: Bench, operation: Operation, builder: RowBuilder, entity: Entity, addresses: dict[str, str], number: int
) -> None:
    """One row that the list shows, if one can be put together."""
    start = len(builder.rows)
    counts = dict(builder.counts)
    for spread in (True, False):
        fixed = linked(operation, entity, addresses)
        if spread:
            fixed |= _spread(bench, builder, entity, fixed, number)
        row = builder.row(entity.name, fixed)
        if builder.is_valid(row) and adapt(bench, operation, builder, entity, addresses, row):
            return
        del builder.rows[start:]
        if spread:
            builder.counts = dict(counts)


def _add_unwanted(
    bench: Bench, operation: Operation, builder: RowBuilder, entity: Entity, addresses: dict[str, str]
) -> None:
    """A row that is linked like the listed ones, and that the list's condition leaves out all the same."""
    if operation.where is None:
        return
    start = len(builder.rows)
    row = builder.row(entity.name, linked(operation, entity, addresses))
    if not adapt(bench, operation, builder, entity, addresses, row, wanted=False):
        del builder.rows[start:]


def linked(operation: Operation, entity: Entity, addresses: dict[str, str]) -> dict[str, Any]:
    """The owner or the references that put a row into the list."""
    if operation.nested_under is not None and entity.owner_field is not None:
        return {entity.owner_field.name: RowRef(label=addresses[operation.nested_under])}
    return {
        name: RowRef(label=addresses[variable])
        for name, variable in _equalities(operation.where)
        if variable in addresses
    }


def _equalities(where: Expression | None) -> list[tuple[str, str]]:
    """``row.field == variable`` wherever a condition says so in its conjuncts."""
    if not isinstance(where, Binary):
        return []
    if where.operator == "&&":
        return _equalities(where.left) + _equalities(where.right)
    for one, other in ((where.left, where.right), (where.right, where.left)):
        if (
            where.operator == "=="
            and isinstance(one, Access)
            and isinstance(one.operand, Variable)
            and isinstance(other, Variable)
        ):
            return [(one.name, other.name)]
    return []


def _spread(bench: Bench, builder: RowBuilder, entity: Entity, fixed: dict[str, Any], number: int) -> dict[str, Any]:
    """Values that tell filters, sorting and search apart: every member, both truths, a tie, nulls."""
    found: dict[str, Any] = {}
    unique = {name for item in bench.schema.uniques[entity.name] for name in item.fields}
    for field in bench.schema.stored_fields(entity.name):
        if field.name in fixed or field.name in unique:
            continue
        value = _spread_value(builder, field, number)
        if value is not None or (field.nullable and number == _ROWS - 2):
            found[field.name] = value
    for place, field in enumerate(item for item in entity.fields if item.searchable):
        if field.name in found and field.name not in unique and found[field.name] is not None:
            found[field.name] = _phrase(field, (number + place) % _ROWS) or found[field.name]
    return found


def _spread_value(builder: RowBuilder, field: Field, number: int) -> Any:
    if field.nullable and number == _ROWS - 2:
        return None
    match field.type:
        case Choice():
            members = field.type.members
            return members[(len(members) - 1 - number) % len(members)].name
        case Scalar(name="boolean"):
            return number % 2 == 0
        case Scalar(name="text"):
            return _phrase(field, number)
        case Scalar(name="text" | "email" | "url" | "slug" | "password" | "uuid"):
            return None
        case Scalar():
            order = (3, 1, 4, 1, 2)[number]
            return valid_value(field.type, field.constraints, order, relative=builder.relative)
        case Many():
            return tuple(builder.row(field.type.entity) for _ in range(number % 3))
        case _:
            return None


def _phrase(field: Field, number: int) -> str | None:
    low, high = length_bounds(field.type, field.constraints)
    text = _PHRASES[number]
    patterned = any(isinstance(item, Pattern) for item in field.constraints)
    return text if low <= len(text) <= high and not patterned else None


def adapt(
    bench: Bench,
    operation: Operation,
    builder: RowBuilder,
    entity: Entity,
    addresses: dict[str, str],
    row: RowRef,
    *,
    wanted: bool = True,
) -> bool:
    """Give the row values with which the list's condition holds (or does not); whether that was possible."""
    if operation.where is None:
        return True
    variables = {**addresses, operation.row or entity.variable: row.label}
    index = next(i for i, item in enumerate(builder.rows) if item.label == row.label)
    values = dict(builder.rows[index].values)
    fixed = frozenset(linked(operation, entity, addresses))
    for trial in variations(bench.schema, entity, [operation.where], values, fixed):
        builder.rows[index] = WorldRow(entity=entity.name, label=row.label, values=tuple(trial.items()))
        kept = matches(bench.schema, builder.rows, operation.where, variables)
        if kept == wanted and builder.is_valid(row):
            return True
    return False
