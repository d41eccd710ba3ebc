"""Growth: what a list asks of the database must not grow with the rows that it shows."""

from devmatrix.expressions.evaluation.evaluate import Ref
from devmatrix.expressions.situations import RowRef, Situation
from devmatrix.ir.api import Operation
from devmatrix.scenarios.bench import Bench
from devmatrix.scenarios.happy import title_of
from devmatrix.scenarios.listing import adapt, linked
from devmatrix.scenarios.playing.requests import request_of
from devmatrix.scenarios.playing.storage import quoted
from devmatrix.scenarios.supply.defaults import add_children, addressed_rows
from devmatrix.scenarios.supply.rows import RowBuilder

FEW, MANY = 2, 8


def derive_growth(bench: Bench, operation: Operation) -> None:
    """A scenario for a list: over a few rows, each with rows around it, and over many."""
    if operation.verb != "list" or operation.entity is None:
        return
    builder = RowBuilder(bench.schema, operation.id in bench.relative)
    addresses = addressed_rows(bench.schema, operation, builder)
    listed = [_add_listed(bench, operation, builder, dict(addresses)) for _ in range(FEW)]
    start = len(builder.rows)
    listed += [_add_listed(bench, operation, builder, dict(addresses)) for _ in range(FEW, MANY)]
    if not all(listed):
        return
    late = [Ref(row.label) for row in builder.rows[start:]]
    situation = Situation(operation=operation.id, rows=tuple(builder.rows), addresses=addresses)
    scene = bench.scene(operation, "growth", situation)
    few, many = scene.act_grown(request_of(operation, scene.stage), late, _watched(bench))
    if few.page is None or many.page is None or len(few.page.items) >= len(many.page.items):
        return
    title = f"{title_of(operation)}: as many statements for many rows as for a few"
    bench.keep(scene, title, "growth", operation, (), alone=True)


def _add_listed(bench: Bench, operation: Operation, builder: RowBuilder, addresses: dict[str, str]) -> bool:
    """One more row that the list shows, with all that it may refer to and with children; whether it came about."""
    entity = bench.schema.entities[operation.entity or ""]
    row = builder.row(entity.name, linked(operation, entity, addresses), full=True)
    if not adapt(bench, operation, builder, entity, addresses, row) or not builder.is_valid(row):
        return False
    _add_valid_children(bench, builder, entity.name, row)
    return True


def _add_valid_children(bench: Bench, builder: RowBuilder, entity: str, row: RowRef) -> None:
    """Children, unless the row could not have them."""
    start = len(builder.rows)
    add_children(bench.schema, builder, entity, row)
    if not all(builder.is_valid(RowRef(label=each.label)) for each in (*builder.rows[start:],)):
        del builder.rows[start:]


def _watched(bench: Bench) -> tuple[str, ...]:
    """Every table of the application's own."""
    found: dict[str, None] = {}
    for entity in bench.schema.entities.values():
        if not entity.external:
            found[quoted(entity.storage.schema_name, entity.storage.table)] = None
        for field in entity.fields:
            if field.association is not None:
                found[quoted(entity.storage.schema_name, field.association.table)] = None
    return tuple(found)
