"""A small set of rows to look at, for people: two of each entity, valid and with ids by position."""

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from devmatrix.artifacts.scenarios import StoredRow, StoredValue
from devmatrix.artifacts.terms import Given
from devmatrix.expressions.evaluation.schema import Schema, index_application
from devmatrix.expressions.situations import RowRef, Situation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity
from devmatrix.ir.types import Reference
from devmatrix.scenarios.playing.staging import set_stage
from devmatrix.scenarios.playing.storage import stored_rows
from devmatrix.scenarios.playing.wire import Wire
from devmatrix.scenarios.supply.rows import RowBuilder

PER_ENTITY = 2
_WAYS = 16
"""So many ways to link a row are tried."""


def derive_seeds(application: ApplicationIR) -> tuple[StoredRow, ...]:
    """The rows in foreign-key order, times relative to now. External tables get the rows that are referred to."""
    schema = index_application(application)
    builder = RowBuilder(schema, relative=True)
    made: dict[str, list[RowRef]] = {}
    for entity in _parents_first(schema):
        made[entity.name] = [_row(builder, entity, made, place) for place in range(PER_ENTITY)]
    situation = Situation(operation="", rows=tuple(builder.rows))
    stage = set_stage(schema, "seeds", 1, situation, relative=True)
    rows = stored_rows(schema, stage.world, Wire(schema, relative=True))
    ids = _ids_by_position(schema, stage.world.rows.values())
    return tuple(row.model_copy(update={"values": tuple(_renamed(v, ids) for v in row.values)}) for row in rows)


def _parents_first(schema: Schema) -> list[Entity]:
    ordered: dict[str, Entity] = {}

    def visit(entity: Entity, trail: frozenset[str]) -> None:
        if entity.name in ordered or entity.name in trail:
            return
        for field in entity.fields:
            if isinstance(field.type, Reference):
                visit(schema.entities[field.type.entity], trail | {entity.name})
        ordered[entity.name] = entity

    for entity in schema.application.domain.entities:
        visit(entity, frozenset())
    return list(ordered.values())


def _row(builder: RowBuilder, entity: Entity, made: dict[str, list[RowRef]], place: int) -> RowRef:
    """A row that is linked wherever it can be; where a rule forbids that, to other rows, or only where it must."""
    start = len(builder.rows)
    links = _links(entity, made, place)
    needed = {name: link for name, link in links.items() if not entity.field(name).nullable}
    for chosen in (links, *_others(entity, made, links), needed, *_others(entity, made, needed)):
        row = builder.row(entity.name, chosen)
        if builder.is_valid(row):
            return row
        del builder.rows[start:]
    return builder.row(entity.name, {})


def _others(entity: Entity, made: dict[str, list[RowRef]], links: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same links to other rows, as far as there are any, a few of all the ways."""
    rows = [made[entity.field(name).target or ""] for name in links]
    ways = (dict(zip(links, chosen, strict=True)) for chosen in product(*rows))
    return islice((way for way in ways if way != links), _WAYS)


def _links(entity: Entity, made: dict[str, list[RowRef]], place: int) -> dict[str, Any]:
    """Rows that are there already stand in every reference, the first with the first, the second with the second."""
    return {
        field.name: made[field.type.entity][place]
        for field in entity.fields
        if isinstance(field.type, Reference) and field.type.entity in made
    }


def _ids_by_position(schema: Schema, rows: Any) -> dict[str, str]:
    places = {entity.name: place for place, entity in enumerate(schema.application.domain.entities, 1)}
    counts: dict[str, int] = {}
    found: dict[str, str] = {}
    for row in rows:
        if schema.entities[row.entity].key.generated == "uuid":
            counts[row.entity] = counts.get(row.entity, 0) + 1
            found[str(row.key)] = f"00000000-0000-4000-8000-{places[row.entity]:04d}{counts[row.entity]:08d}"
    return found


def _renamed(stored: StoredValue, ids: dict[str, str]) -> StoredValue:
    if isinstance(stored.value, Given) and isinstance(stored.value.value, str) and stored.value.value in ids:
        return stored.model_copy(update={"value": Given(value=ids[stored.value.value])})
    return stored
