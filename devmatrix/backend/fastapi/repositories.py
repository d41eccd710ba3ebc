"""How rows of an entity are found, ordered and shown."""

from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.entities import default_order
from devmatrix.backend.fastapi.sql import SqlExpressions
from devmatrix.backend.fastapi.target import Target, kind_of
from devmatrix.ir.domain import Entity, Field
from devmatrix.ir.expressions import SELF, Expression
from devmatrix.ir.types import Choice, Scalar

View = dict[str, Any]


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
        "sortable": [_sortable(target, mapped, field) for field in entity.fields if field.sortable],
        "lists": [
            {"name": names.loader(name), "attribute": names.attribute(name), "entity": mapped}
            for name in _list_names(target, entity)
        ],
        "choices": target.enums_of(*(field.type for field in entity.fields)),
        "imports": sorted(_computed_imports(target, entity)),
        "aliases": _computed_aliases(target, entity),
        "tables": sorted({names.attribute(f.association.table) for f in entity.fields if f.association}),
    }


def _sortable(target: Target, mapped: str, field: Field) -> View:
    choice = target.typing.plain(field.type) if isinstance(field.type, Choice) else None
    return {"wire": field.wire, "column": f"{mapped}.{target.column(field)}", "choice": choice}


def _list_names(target: Target, entity: Entity) -> list[str]:
    children = [child.collection for child in target.application.children_of(entity.name) if child.collection]
    many = [field.name for field in entity.fields if field.association is not None]
    return [*children, *many]


def _owner_key(target: Target, entity: Entity) -> str | None:
    if entity.owner is None:
        return None
    return _key_type(target.application.entity(entity.owner))


def _key_type(entity: Entity) -> str:
    return {"uuid": "UUID_KEY", "integer": "INTEGER_KEY"}.get(kind_of(entity.key_field.type), "TEXT_KEY")


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
