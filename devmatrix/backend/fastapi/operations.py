"""What the patterns of operations see: schema, query, service method and route of one endpoint."""

from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.entities import default_order
from devmatrix.backend.fastapi.flows import FlowLowering, mentions, parameter
from devmatrix.backend.fastapi.schemas import body_view, query_name, query_view
from devmatrix.backend.fastapi.sql import SqlExpressions
from devmatrix.backend.fastapi.target import Target
from devmatrix.ir.api import Answer, LeafShape, ListShape, NamedShape, Operation
from devmatrix.ir.domain import Entity
from devmatrix.ir.expressions import SELF, Expression
from devmatrix.ir.types import Choice, Scalar
from patternbank.rendering import UserText

View = dict[str, Any]


def operation_view(target: Target, operation: Operation) -> View:
    """Everything that the pattern of one operation needs."""
    home = target.home(operation)
    title = operation.title or names.label(operation.wire).capitalize()
    view: View = {
        "path": {
            "entity": target.module(home),
            "routes": target.collection(home),
            "listed": target.module(operation.entity or home),
            "service": f"{target.class_of(home)}Service",
            "repository": f"{target.class_of(operation.entity or home)}Repository",
        },
        "function": names.variable(operation.wire),
        "operation_id": operation.wire,
        "title": UserText(title),
        "summary": UserText(title.rstrip(".")),
        "documentation": UserText(operation.documentation),
        "verb": operation.verb,
        "method": operation.method.lower(),
        "url": operation.path,
        "home": target.class_of(home),
        "entity": operation.entity,
        "module": target.module(home),
        "service": f"{target.class_of(home)}Service",
        "parameters": [_parameter(target, operation, place) for place in range(len(operation.addresses))],
        "body": body_view(target, operation),
        "query": query_view(target, operation) if operation.verb == "list" else None,
        "choices": target.enums_of(*(item.type for item in operation.inputs)),
        "refusals": sorted({refusal.status for refusal in operation.refusals} | {503}),
        "answer": _answer(target, operation),
        "takes_no_input": operation.method in ("POST", "PUT", "PATCH") and not operation.body,
        "writes": operation.verb not in ("list", "read"),
        "rules": 422 if operation.verb in ("create", "update", "patch") else 409,
    }
    if operation.verb == "list":
        listed = _list(target, operation)
        asked = [c.get("value") or c.get("text") or "" for c in listed["conditions"]]
        listed["parameters"] = [p for p in view["parameters"] if mentions(p["name"], asked)]
        view["list"] = listed
    elif operation.verb == "read":
        view["read"] = _read(target, operation)
    else:
        view["flow"] = FlowLowering(target.application, operation, target.choices).view()
        view["flow"]["repositories"] = [_repository(target, r["entity"]) for r in view["flow"]["repositories"]]
        view["uses_body"] = mentions("body", view["flow"], view["answer"])
        view["flow"]["entities"] = [_repository(target, name) for name in view["flow"]["entities"]]
    return view


def _repository(target: Target, entity: str) -> View:
    return {
        "attribute": target.collection(entity),
        "class_name": f"{target.class_of(entity)}Repository",
        "entity": target.class_of(entity),
        "module": target.module(entity),
    }


def service_view(target: Target, home: Entity, operations: list[View]) -> View:
    """The class that holds the operations of an entity, with the repositories that they need."""
    needed: dict[str, View] = {}
    for view in operations:
        found = [*view.get("flow", {}).get("repositories", [])]
        if "list" in view or "read" in view:
            found.append(_repository(target, view["entity"]))
        found.extend(_repository(target, p["entity"]) for p in view["parameters"])
        if view["answer"].get("entity"):
            found.append(_repository(target, view["answer"]["entity"]))
        needed.update({repository["attribute"]: repository for repository in found})
    return {
        "path": {"entity": target.module(home.name), "routes": target.collection(home.name)},
        "class_name": target.class_of(home.name),
        "label": names.label(home.name),
        "plural": names.label(target.collection(home.name)),
        "repositories": [
            needed[attribute]
            for attribute in (target.collection(e.name) for e in target.application.domain.entities)
            if attribute in needed
        ],
    }


def _parameter(target: Target, operation: Operation, place: int) -> View:
    address = operation.addresses[place]
    entity = target.application.entity(address.entity)
    owner = next((a for a in operation.addresses if a.variable == address.owner), None)
    name = parameter(target.application, operation, address.parameter)
    key = entity.key_field
    return {
        "name": name,
        "wire": address.parameter,
        "entity": address.entity,
        "module": target.module(address.entity),
        "alias": address.parameter if name != address.parameter else None,
        "given": {"uuid": "Uuid", "integer": "IntegerKey"}.get(_kind(key.type), "TextKey"),
        "annotation": target.typing.plain(key.type),
        "repository": f"{target.class_of(entity.name)}Repository",
        "attribute": target.collection(entity.name),
        "label": names.label(entity.name),
        "owner": parameter(target.application, operation, owner.parameter) if owner else None,
        "owner_wire": owner.parameter if owner else None,
    }


def _kind(kind: object) -> str:
    return kind.name if isinstance(kind, Scalar) else "text"


def _answer(target: Target, operation: Operation) -> View:
    answer = _shape(target, operation)
    return answer | {"description": _description(operation, answer)}


def _description(operation: Operation, answer: View) -> str:
    label = names.label(answer.get("entity") or operation.entity or "")
    match answer["kind"]:
        case "nothing" if operation.verb == "delete":
            return f"The {label} is deleted"
        case "nothing":
            return "It is done"
        case "row":
            return f"The new {label}" if answer["status"] == 201 else f"The {label}"
        case _:
            return "The answer"


def _shape(target: Target, operation: Operation) -> View:
    if not operation.answers or operation.answers[0].shape is None:
        status = operation.answers[0].status if operation.answers else 204
        return {"kind": "nothing", "status": status, "annotation": "None", "schema": None, "location": None}
    answer = operation.answers[0]
    if operation.verb == "list":
        page = f"{target.class_of(operation.entity or '')}List"
        return {"kind": "page", "status": answer.status, "annotation": page, "schema": page, "location": None}
    match answer.shape:
        case NamedShape():
            return _row_answer(target, operation, answer, answer.shape.view)
        case ListShape(item=NamedShape() as item):
            schema = f"{target.class_of(item.view)}Read"
            return _value(target, operation, answer, "rows", f"list[{schema}]", schema) | {
                "again": target.needs_reading(item.view),
                **_home_of(target, item.view),
            }
        case _:
            annotation = _annotation(target, answer)
            return _value(target, operation, answer, "value", annotation, None)


def _annotation(target: Target, answer: Answer) -> str:
    if isinstance(answer.shape, LeafShape):
        return target.typing.shown(answer.shape.type, nullable=answer.shape.nullable)
    if isinstance(answer.shape, ListShape) and isinstance(answer.shape.item, LeafShape):
        item = answer.shape.item
        return f"list[{target.typing.shown(item.type, nullable=item.nullable)}]"
    raise TypeError("this shape is not answered by an operation")


def _value(
    target: Target, operation: Operation, answer: Answer, kind: str, annotation: str, schema: str | None
) -> View:
    lowering = FlowLowering(target.application, operation, target.choices)
    value = lowering.expressions.text(answer.value) if answer.value is not None else "None"
    if isinstance(answer.shape, LeafShape) and isinstance(answer.shape.type, Scalar):
        value = _exact(answer.shape.type, answer.value, value)
    return {
        "kind": kind,
        "status": answer.status,
        "annotation": annotation,
        "schema": schema,
        "value": value,
        "helpers": sorted(lowering.expressions.calls),
        "location": None,
    }


def _exact(kind: Scalar, value: Expression | None, text: str) -> str:
    if kind.name != "decimal" or kind.scale is None or value is None:
        return text
    if value.type.kind == "decimal" and value.type.scale is not None:
        return text
    function = "rounded_or_none" if value.type.nullable else "rounded"
    return f"{function}({text}, {kind.scale})"


def _row_answer(target: Target, operation: Operation, answer: Answer, entity: str) -> View:
    row = operation.row or target.application.entity(entity).variable
    lowering = FlowLowering(target.application, operation, target.choices)
    value = names.variable(row) if answer.value is None else lowering.expressions.text(answer.value)
    key = names.attribute(target.application.entity(entity).key.field)
    return {
        "kind": "row",
        "status": answer.status,
        "annotation": f"{target.class_of(entity)}Read",
        "schema": f"{target.class_of(entity)}Read",
        "value": value,
        "again": target.needs_reading(entity),
        "location": _location(target, operation, entity) if answer.headers else None,
        "key": key,
        **_home_of(target, entity),
    }


def _home_of(target: Target, entity: str) -> View:
    return {
        "entity": entity,
        "module": target.module(entity),
        "repository": target.collection(entity),
        "label": names.label(entity),
        "nullable": False,
    }


def _location(target: Target, operation: Operation, entity: str) -> list[View] | None:
    """The parts of the answered row's path: texts, and values of the answer or of this call's path."""
    reads = [o for o in target.application.api.operations if o.verb == "read" and o.entity == entity]
    if not reads:
        return None
    read = reads[0]
    owner = target.application.entity(entity).owner_field
    parts: list[View] = []
    rest = read.path
    for address in read.addresses:
        before, rest = rest.split("{" + address.parameter + "}", 1)
        parts.append({"text": before, "value": None})
        if address.entity == entity:
            value = f"answer.{names.attribute(target.application.entity(entity).key_field.wire)}"
        elif owner is not None and address.entity == owner.target:
            value = f"answer.{names.attribute(owner.wire)}"
        else:
            same = next((a for a in operation.addresses if a.variable == address.variable), None)
            if same is None:
                return None
            value = parameter(target.application, operation, same.parameter)
        key = target.application.entity(address.entity).key_field.type
        escaped = _kind(key) not in ("uuid", "integer")
        parts.append({"text": None, "value": f"quote({value}, safe='')" if escaped else value})
    return parts if not rest else [*parts, {"text": rest, "value": None}]


def _list(target: Target, operation: Operation) -> View:
    entity = target.application.entity(operation.entity or "")
    mapped = target.class_of(entity.name)
    sql = SqlExpressions(target.application, target.choices)
    if operation.row is not None:
        sql.classes[operation.row] = mapped
    for address in operation.addresses:
        sql.keys[address.variable] = parameter(target.application, operation, address.parameter)
    conditions: list[View] = []
    owner = entity.owner_field
    if operation.nested_under is not None and owner is not None:
        key = sql.keys[operation.nested_under]
        conditions.append({"kind": "owner", "column": f"{mapped}.{target.column(owner)}", "value": key})
    if operation.where is not None:
        conditions.append({"kind": "where", "text": sql.text(operation.where)})
    search = [f"{mapped}.{target.column(f)}" for f in entity.fields if f.searchable]
    for item in operation.query:
        if item.selects is None or item.selects.field is None:
            continue
        field = entity.field(item.selects.field)
        conditions.append(
            {
                "kind": item.selects.kind,
                "column": f"{mapped}.{target.column(field)}",
                "parameter": names.attribute(item.wire),
            }
        )
    return {
        "entity": mapped,
        "query": query_name(target, operation),
        "repository": target.collection(entity.name),
        "label": names.label(entity.name),
        "plural": names.label(target.collection(entity.name)),
        "search": search if any(i.selects and i.selects.kind == "search" for i in operation.query) else [],
        "sorts": any(i.selects and i.selects.kind == "sort" for i in operation.query),
        "conditions": conditions,
        "aliases": [
            {"name": alias, "entity": target.class_of(e), "module": target.module(e)}
            for alias, e in sql.aliases.items()
        ],
        "module": target.module(entity.name),
        "choices": sorted(sql.enums),
        "imports": sorted(i for i in sql.imports if ":" not in i),
        "path": {"entity": target.module(entity.name)},
    }


def _read(target: Target, operation: Operation) -> View:
    entity = target.application.entity(operation.entity or "")
    return {"repository": target.collection(entity.name), "label": names.label(entity.name)}


def repository_view(target: Target, entity: Entity) -> View:
    """How rows of an entity are found, ordered and shown."""
    mapped = target.class_of(entity.name)
    owner = entity.owner_field
    owners: list[str] = []
    walker: Entity | None = entity
    while walker is not None and walker.owner_field is not None:
        owners.append(f"{target.class_of(walker.name)}.{target.column(walker.owner_field)}")
        walker = target.application.entity(walker.owner) if walker.owner else None
    return {
        "path": {"entity": target.module(entity.name)},
        "class_name": mapped,
        "module": target.module(entity.name),
        "label": names.label(entity.name),
        "plural": names.label(target.collection(entity.name)),
        "key": names.attribute(entity.key.field),
        "key_given": _key_type(entity),
        "generated": entity.key.generated,
        "generates": {"uuid": "uuid", "integer": "database"}.get(entity.key.generated or "", "client"),
        "external": entity.external,
        "owner": f"{mapped}.{target.column(owner)}" if owner is not None else None,
        "owner_given": _owner_key(target, entity),
        "place": [names.attribute(owner.name), names.attribute(entity.collection)]
        if owner is not None and entity.collection
        else None,
        "shown": [_shown(target, entity, field.name) for field in entity.fields if field.shown != "never"],
        "order": default_order(target, entity),
        "sortable": [
            {
                "wire": field.wire,
                "column": f"{mapped}.{target.column(field)}",
                "choice": target.typing.plain(field.type) if isinstance(field.type, Choice) else None,
            }
            for field in entity.fields
            if field.sortable
        ],
        "lists": [
            {"attribute": names.attribute(child.collection), "entity": mapped}
            for child in target.application.children_of(entity.name)
            if child.collection
        ]
        + [
            {"attribute": names.attribute(field.name), "entity": mapped}
            for field in entity.fields
            if field.association is not None
        ],
        "choices": target.enums_of(*(field.type for field in entity.fields)),
        "imports": sorted(_computed_imports(target, entity)),
        "aliases": _computed_aliases(target, entity),
        "tables": sorted({names.attribute(f.association.table) for f in entity.fields if f.association}),
    }


def _owner_key(target: Target, entity: Entity) -> str | None:
    if entity.owner is None:
        return None
    return _key_type(target.application.entity(entity.owner))


def _key_type(entity: Entity) -> str:
    return {"uuid": "UUID_KEY", "integer": "INTEGER_KEY"}.get(_kind(entity.key_field.type), "TEXT_KEY")


def _shown(target: Target, entity: Entity, name: str) -> View:
    field = entity.field(name)
    mapped = target.class_of(entity.name)
    wire = names.attribute(field.wire)
    if field.association is not None:
        table = names.attribute(field.association.table)
        return {
            "kind": "many",
            "name": wire,
            "table": table,
            "source": field.association.source_column,
            "target": field.association.target_column,
            "key": f"{mapped}.{names.attribute(entity.key.field)}",
        }
    if field.computed is not None:
        text = _computed(target, entity, field.computed)[0]
        scale = field.type.scale if isinstance(field.type, Scalar) and field.type.name == "decimal" else None
        return {"kind": "computed", "name": wire, "text": text, "scale": scale}
    column = target.column(field)
    return {"kind": "column", "name": wire, "column": f"{mapped}.{column}", "labelled": wire != column}


def _computed(target: Target, entity: Entity, expression: Expression) -> tuple[str, SqlExpressions]:
    sql = SqlExpressions(target.application, target.choices)
    sql.classes[SELF] = target.class_of(entity.name)
    return sql.text(expression), sql


def _computed_imports(target: Target, entity: Entity) -> set[str]:
    found: set[str] = set()
    for field in entity.fields:
        if field.computed is not None:
            found |= {i for i in _computed(target, entity, field.computed)[1].imports if ":" not in i}
    return found


def _computed_aliases(target: Target, entity: Entity) -> list[View]:
    found: dict[str, str] = {}
    for field in entity.fields:
        if field.computed is not None:
            found.update(_computed(target, entity, field.computed)[1].aliases)
    return [
        {"name": alias, "entity": target.class_of(name), "module": target.module(name)} for alias, name in found.items()
    ]
