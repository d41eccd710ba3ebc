"""How an operation reads: the conditions of a list, the repository of a row."""

from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.schemas import query_name
from devmatrix.backend.fastapi.sql import SqlExpressions
from devmatrix.backend.fastapi.target import Target
from devmatrix.backend.fastapi.wording import parameter
from devmatrix.ir.api import Operation
from devmatrix.ir.domain import Entity

View = dict[str, Any]


def list_view(target: Target, operation: Operation) -> View:
    """What narrows, sorts and searches a list."""
    entity = target.application.entity(operation.entity or "")
    mapped = target.class_of(entity.name)
    sql = SqlExpressions(target.application, target.choices)
    if operation.row is not None:
        sql.classes[operation.row] = mapped
    for address in operation.addresses:
        sql.keys[address.variable] = parameter(target.application, operation, address.parameter)
    conditions = _conditions(target, operation, entity, sql)
    search = [f"{mapped}.{target.column(f)}" for f in entity.fields if f.searchable]
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


def _conditions(target: Target, operation: Operation, entity: Entity, sql: SqlExpressions) -> list[View]:
    mapped = target.class_of(entity.name)
    conditions: list[View] = []
    owner = entity.owner_field
    if operation.nested_under is not None and owner is not None:
        key = sql.keys[operation.nested_under]
        conditions.append({"kind": "owner", "column": f"{mapped}.{target.column(owner)}", "value": key})
    if operation.where is not None:
        conditions.append({"kind": "where", "text": sql.text(operation.where)})
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
    return conditions


def read_view(target: Target, operation: Operation) -> View:
    """The repository that holds the row."""
    entity = target.application.entity(operation.entity or "")
    return {"repository": target.collection(entity.name), "label": names.label(entity.name)}
