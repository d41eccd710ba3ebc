"""Change an application the way a second project differs from the first: fields, flows, operations, two in one."""

import random
from collections.abc import Callable, Sequence

from devmatrix.ir.api import Input, Operation
from devmatrix.ir.application import ApplicationIR
from devmatrix.ir.domain import Entity, Field
from patternbank.embeddings import Edge, Graph, Node

TAKES_FIELDS = ("create", "update", "patch")
Change = Callable[[ApplicationIR, random.Random], ApplicationIR]


def plain_fields(applications: Sequence[ApplicationIR]) -> tuple[Field, ...]:
    """Fields that may stand in any entity."""
    every = (field for each in applications for entity in each.domain.entities for field in entity.fields)
    return tuple(field for field in every if field.role == "plain" and field.target is None and field.given_at_change)


def adding_fields(donors: Sequence[Field]) -> Change:
    """One or two fields more for each entity, taken from other applications."""

    def add(application: ApplicationIR, chance: random.Random) -> ApplicationIR:
        more = {
            entity.name: tuple(
                field.model_copy(update={"name": f"more{number}", "wire": f"more{number}", "id": f"{entity.id}/more"})
                for number, field in enumerate(chance.sample(donors, chance.randint(1, 2)))
            )
            for entity in application.domain.entities
        }
        entities = tuple(
            entity.model_copy(update={"fields": (*entity.fields, *more[entity.name])})
            for entity in application.domain.entities
        )
        operations = tuple(
            _taking(operation, more.get(operation.entity or "", ())) for operation in _operations(application)
        )
        return _with(application, entities, operations)

    return add


def drop_fields(application: ApplicationIR, chance: random.Random) -> ApplicationIR:
    """A field less for each entity that has three or more."""
    gone: dict[str, str] = {}
    for entity in application.domain.entities:
        plain = [field.name for field in entity.fields if field.role == "plain" and field.target is None]
        if len(plain) >= 3:
            gone[entity.name] = chance.choice(plain)
    entities = tuple(
        entity.model_copy(update={"fields": tuple(f for f in entity.fields if f.name != gone.get(entity.name))})
        for entity in application.domain.entities
    )
    operations = tuple(_without(operation, gone.get(operation.entity or "")) for operation in _operations(application))
    return _with(application, entities, operations)


def reorder(application: ApplicationIR, chance: random.Random) -> ApplicationIR:
    """Entities, operations and the statements of each flow in another order."""
    entities, operations = list(application.domain.entities), list(_operations(application))
    chance.shuffle(entities)
    chance.shuffle(operations)
    flows = []
    for flow in application.behavior.flows:
        statements = list(flow.statements)
        chance.shuffle(statements)
        flows.append(flow.model_copy(update={"statements": tuple(statements)}))
    behavior = application.behavior.model_copy(update={"flows": tuple(flows)})
    return _with(application, tuple(entities), tuple(operations)).model_copy(update={"behavior": behavior})


def drop_operations(application: ApplicationIR, chance: random.Random) -> ApplicationIR:
    """A quarter of the operations is not there."""
    every = _operations(application)
    kept = set(chance.sample(range(len(every)), max(1, len(every) * 3 // 4)))
    return _with(application, application.domain.entities, tuple(o for n, o in enumerate(every) if n in kept))


def merge(first: ApplicationIR, second: ApplicationIR) -> ApplicationIR:
    """Two applications in one; their names must differ."""
    domain = first.domain.model_copy(
        update={
            "entities": (*first.domain.entities, *second.domain.entities),
            "relationships": (*first.domain.relationships, *second.domain.relationships),
        }
    )
    behavior = first.behavior.model_copy(
        update={
            "flows": (*first.behavior.flows, *second.behavior.flows),
            "machines": (*first.behavior.machines, *second.behavior.machines),
        }
    )
    validation = first.validation.model_copy(
        update={
            "rules": (*first.validation.rules, *second.validation.rules),
            "uniques": (*first.validation.uniques, *second.validation.uniques),
        }
    )
    api = first.api.model_copy(update={"operations": (*first.api.operations, *second.api.operations)})
    changed = {"domain": domain, "behavior": behavior, "validation": validation, "api": api}
    return first.model_copy(update=changed)


def glue(first: Graph, second: Graph) -> Graph:
    """Two fragments that became one: their first nodes are the same."""
    root, *others = second.nodes
    ids = {root.id: first.nodes[0].id} | {node.id: f"b{node.id}" for node in others}
    nodes = (*first.nodes, *(Node(id=ids[node.id], label=node.label) for node in others))
    edges = (Edge(source=ids[e.source], label=e.label, target=ids[e.target]) for e in second.edges)
    return Graph(nodes=nodes, edges=(*first.edges, *edges))


def _operations(application: ApplicationIR) -> tuple[Operation, ...]:
    return application.api.operations


def _taking(operation: Operation, more: Sequence[Field]) -> Operation:
    if operation.verb not in TAKES_FIELDS:
        return operation
    taken = tuple(
        Input(
            id=f"{operation.id}/{field.name}",
            name=field.name,
            wire=field.name,
            type=field.type,
            entity=operation.entity,
            field=field.name,
        )
        for field in more
    )
    return operation.model_copy(update={"inputs": (*operation.inputs, *taken)})


def _without(operation: Operation, gone: str | None) -> Operation:
    def uses(item: Input) -> bool:
        return gone in (item.field, item.selects.field if item.selects is not None else None)

    if gone is None:
        return operation
    return operation.model_copy(update={"inputs": tuple(item for item in operation.inputs if not uses(item))})


def _with(application: ApplicationIR, entities: tuple[Entity, ...], operations: tuple[Operation, ...]) -> ApplicationIR:
    domain = application.domain.model_copy(update={"entities": entities})
    api = application.api.model_copy(update={"operations": operations})
    return application.model_copy(update={"domain": domain, "api": api})
