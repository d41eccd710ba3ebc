"""Draw an application as a whole: which kinds of things occur in it."""

from devmatrix.artifacts.plan import LabelledGraph
from devmatrix.ir.application import ApplicationIR
from devmatrix.planning.entity_graph import kind_of
from devmatrix.planning.sketch import Sketch


def application_graph(application: ApplicationIR) -> LabelledGraph:
    """One node ``application`` that has one node for each kind of thing that occurs."""
    entities, fields = application.domain.entities, [f for e in application.domain.entities for f in e.fields]
    kinds = {kind_of(field.type) for field in fields}
    occurs = {
        "entity.external": any(entity.external for entity in entities),
        "entity.nested": any(entity.owner is not None for entity in entities),
        "many": "many" in kinds,
        "states": bool(application.behavior.machines),
        "list": any(operation.verb == "list" for operation in application.api.operations),
        "flow": any(operation.verb == "flow" for operation in application.api.operations),
        "search": any(field.searchable for field in fields),
        "json": "json" in kinds,
        "password": "password" in kinds,
        "computed": any(field.computed is not None for field in fields),
        "rule": bool(application.validation.rules),
        "unique": bool(application.validation.uniques),
    }
    sketch = Sketch("application")
    for label, there in occurs.items():
        if there:
            sketch.mark(0, "has", label)
    return sketch.graph()
