"""Draw an entity: its key, the kinds of its fields and what is said of them, what it keeps and owns."""

from collections.abc import Iterator

from devmatrix.artifacts.plan import LabelledGraph
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.types import Scalar, Type
from devmatrix.planning.sketch import Sketch


def entity_graph(application: ApplicationIR, entity: Entity) -> LabelledGraph:
    """One node ``entity`` and what hangs on it."""
    sketch = Sketch("entity")
    sketch.add(0, "key", f"key.{entity.key.generated or 'given'}")
    for field in entity.fields:
        if field.role == "plain":
            _draw_field(sketch, application, entity, field)
    if entity.timestamps:
        sketch.mark(0, "keeps", "timestamps")
    if entity.external:
        sketch.mark(0, "is", "external")
    if entity.owner is not None:
        sketch.mark(0, "part of", "owner")
    for _ in application.children_of(entity.name):
        sketch.add(0, "owns", "child")
    for unique in application.uniques_of(entity.name):
        sketch.mark(0, "keeps", "unique" if len(unique.fields) == 1 else "unique.composite")
    if application.rules_of(entity.name):
        sketch.mark(0, "keeps", "rule")
    return sketch.graph()


def _draw_field(sketch: Sketch, application: ApplicationIR, entity: Entity, field: Field) -> None:
    node = sketch.add(0, "has", f"field.{kind_of(field.type)}")
    for mark in marks_of(field):
        sketch.mark(node, "is", mark)
    if application.machine(entity.name, field.name) is not None:
        sketch.mark(node, "guarded by", "states")


def kind_of(declared: Type) -> str:
    """The kind of a type in one word."""
    return declared.name if isinstance(declared, Scalar) else declared.kind


def marks_of(field: Field) -> Iterator[str]:
    """What is said of a field."""
    said = {
        "required": field.required,
        "nullable": field.nullable,
        "immutable": field.immutable,
        "read-only": field.read_only,
        "computed": field.computed is not None,
        "copied": field.copied_from is not None,
        "searchable": field.searchable,
        "filterable": field.filterable,
        "sortable": field.sortable,
        "hidden": field.shown != "always",
        "bounded": bool(field.constraints),
    }
    return (mark for mark, holds in said.items() if holds)
