"""What the patterns of models, migrations and constraints see of an entity."""

from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.constraints.columns import checks, quoted
from devmatrix.backend.fastapi.constraints.rules import rule_sql
from devmatrix.backend.fastapi.python import PythonExpressions
from devmatrix.backend.fastapi.target import Target
from devmatrix.backend.fastapi.wording import edges_constant
from devmatrix.ir.domain import Entity, Field, Sorting
from devmatrix.ir.expressions import SELF
from devmatrix.ir.types import Choice, Many, Reference
from patternbank.rendering import UserText

View = dict[str, Any]
_ON_DELETE = {"restricts": None, "clears": "SET NULL", "deletes with it": "CASCADE"}


def choices_view(target: Target) -> View:
    """All enumerations and what each state may become."""
    machines = []
    for machine in target.application.behavior.machines:
        field = target.application.field(machine.entity, machine.field)
        enum = target.typing.plain(field.type)
        members = next(e.members for e in target.enumerations if e.name == enum)
        machines.append(
            {
                "constant": edges_constant(target.application, machine.entity, machine.field),
                "enum": enum,
                "edges": [
                    {
                        "source": names.member(member),
                        "targets": [names.member(e.target) for e in machine.edges if e.source == member],
                    }
                    for member in members
                ],
            }
        )
    return {
        "enumerations": [
            {
                "name": e.name,
                "documentation": UserText(e.documentation),
                "members": [{"name": names.member(member), "value": UserText(member)} for member in e.members],
            }
            for e in target.enumerations
        ],
        "machines": machines,
    }


def entity_view(target: Target, entity: Entity) -> View:
    """The mapped class of an entity and its table."""
    return {
        "path": {"entity": target.module(entity.name)},
        "name": entity.name,
        "class_name": target.class_of(entity.name),
        "module": target.module(entity.name),
        "label": names.label(entity.name),
        "title": _title(entity),
        "documentation": UserText(entity.documentation),
        "table": entity.storage.table,
        "schema": None if entity.storage.schema_name == "public" else entity.storage.schema_name,
        "external": entity.external,
        "timestamped": any(field.role == "created" for field in entity.fields),
        "columns": [
            *(_column(target, entity, f) for f in entity.fields if f.column is not None),
            *_versions(target, entity),
        ],
        "version": target.versions.get(entity.name),
        "references": [_reference(target, entity, f) for f in entity.fields if isinstance(f.type, Reference)],
        "lists": [*_children(target, entity), *_many(target, entity)],
        "uniques": [
            {
                "name": names.identifier("uq", entity.storage.table, *_columns(entity, u.fields)),
                "columns": _columns(entity, u.fields),
            }
            for u in target.application.uniques_of(entity.name)
        ],
        "checks": _checks(target, entity),
        "indexes": _indexes(entity),
        "clears": _clears(entity),
        "rules": _rules(target, entity),
        "key": names.attribute(entity.key.field),
        "key_column": entity.key_field.column,
        "related": _related(target, entity),
        "choices": target.enums_of(*(field.type for field in entity.fields)),
    }


def _related(target: Target, entity: Entity) -> list[View]:
    mentioned = {field.target for field in entity.fields} | {
        e.name for e in target.application.children_of(entity.name)
    }
    return [
        {"name": target.class_of(name), "module": target.module(name)}
        for name in sorted(name for name in mentioned if name is not None and name != entity.name)
    ]


def _columns(entity: Entity, fields: tuple[str, ...]) -> list[str]:
    return [entity.field(name).column or name for name in fields]


def _column(target: Target, entity: Entity, field: Field) -> View:
    reference = _foreign(target, entity, field) if isinstance(field.type, Reference) else None
    attribute = target.column(field)
    return {
        "attribute": attribute,
        "column": field.column,
        "renamed": attribute != field.column,
        "annotation": target.typing.mapped(field),
        "type": target.typing.column(field.type),
        "migrated": target.typing.migrated(field.type),
        "nullable": field.nullable,
        "key": field.role == "key",
        "identity": field.role == "key" and entity.key.generated == "integer",
        "stamp": field.role in ("created", "updated"),
        "foreign": reference,
    }


def _versions(target: Target, entity: Entity) -> list[View]:
    """The column that counts changes, where rows are written without a lock; what writes past the models leaves it."""
    name = target.versions.get(entity.name)
    never = dict.fromkeys(("renamed", "nullable", "key", "identity", "stamp"), False)
    begins = 'server_default="1"'
    types = {"annotation": "int", "type": f"BigInteger, {begins}", "migrated": f"sa.BigInteger(), {begins}"}
    return [{"attribute": name, "column": name, "foreign": None, **types, **never}] if name else []


def _foreign(target: Target, entity: Entity, field: Field) -> View:
    referred = target.application.entity(field.target or "")
    action = "CASCADE" if field.role == "owner" else _ON_DELETE[field.on_delete]
    column = field.column or field.name
    return {
        "table": target.table(referred),
        "column": referred.key_field.column,
        "name": names.identifier("fk", entity.storage.table, column),
        "action": action,
        "label": names.label(referred.name),
        "relationship": next(
            (
                r.id
                for r in target.application.domain.relationships
                if r.source == entity.name and r.fk_field in (field.name, field.column)
            ),
            "",
        ),
        "cyclic": _before(target, entity, referred),
        "deferred": action is None or _leads_to(target, referred, entity),
    }


def _leads_to(target: Target, start: Entity, end: Entity) -> bool:
    """Whether references lead from one entity to another, so that no order of their rows is always right."""
    if not target.has_cycle:
        return start.name == end.name  # the end refers to the start
    reached: set[str] = set()
    waiting = [start.name]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            fields = target.entities[name].fields
            waiting.extend(field.type.entity for field in fields if isinstance(field.type, Reference))
    return end.name in reached


def _before(target: Target, entity: Entity, referred: Entity) -> bool:
    """Whether the referred table is made after this one, so that its key is added last."""
    return target.ranks[referred.name] > target.ranks[entity.name]


def _reference(target: Target, entity: Entity, field: Field) -> View:
    back = None
    if field.role == "owner" and entity.collection is not None:
        back = names.attribute(entity.collection)
    return {
        "attribute": names.attribute(field.name),
        "class_name": target.class_of(field.target or ""),
        "nullable": field.nullable,
        "column": target.column(field),
        "back": back,
        "post_update": field.nullable and _leads_to(target, target.application.entity(field.target or ""), entity),
        "remote": f"{target.class_of(entity.name)}.{names.attribute(entity.key.field)}"
        if field.target == entity.name
        else None,
    }


def _children(target: Target, entity: Entity) -> list[View]:
    found = []
    for child in target.application.children_of(entity.name):
        owner = child.owner_field
        if owner is None or child.collection is None:
            continue
        found.append(
            {
                "kind": "children",
                "attribute": names.attribute(child.collection),
                "class_name": target.class_of(child.name),
                "back": names.attribute(owner.name),
                "foreign": f"{target.class_of(child.name)}.{target.column(owner)}",
                "order": default_order(target, child),
                "association": None,
            }
        )
    return found


def _many(target: Target, entity: Entity) -> list[View]:
    found = []
    for field in entity.fields:
        if not isinstance(field.type, Many) or field.association is None:
            continue
        referred = target.application.entity(field.type.entity)
        table = field.association.table
        found.append(
            {
                "kind": "many",
                "attribute": names.attribute(field.name),
                "class_name": target.class_of(referred.name),
                "back": None,
                "foreign": None,
                "self_referring": referred.name == entity.name,
                "order": default_order(target, referred),
                "association": {
                    "variable": names.attribute(table),
                    "table": table,
                    "schema": None if entity.storage.schema_name == "public" else entity.storage.schema_name,
                    "source": field.association.source_column,
                    "source_table": target.table(entity),
                    "source_key": entity.key_field.column,
                    "source_type": target.typing.column(entity.key_field.type),
                    "source_migrated": target.typing.migrated(entity.key_field.type),
                    "source_name": names.identifier("fk", table, field.association.source_column),
                    "target": field.association.target_column,
                    "target_table": target.table(referred),
                    "target_key": referred.key_field.column,
                    "target_type": target.typing.column(referred.key_field.type),
                    "target_migrated": target.typing.migrated(referred.key_field.type),
                    "target_name": names.identifier("fk", table, field.association.target_column),
                    "index": names.identifier("ix", table, field.association.target_column),
                },
            }
        )
    return found


def default_order(target: Target, entity: Entity) -> list[str]:
    """The keys of the default order as SQLAlchemy source: members as declared, nulls last both ways."""
    return [_sorted(target, entity, sorting) for sorting in entity.order]


def _sorted(target: Target, entity: Entity, sorting: Sorting) -> str:
    field = entity.field(sorting.field)
    text = f"{target.class_of(entity.name)}.{target.column(field)}"
    if isinstance(field.type, Choice):
        places = {member.name: place for place, member in enumerate(field.type.members)}
        text = f"case({places!r}, value={text})"
    if sorting.descending:
        text = f"{text}.desc()"
    return f"{text}.nulls_last()" if field.nullable else text


def _checks(target: Target, entity: Entity) -> list[View]:
    found = []
    for field in entity.fields:
        if field.column is None or (entity.key.generated is not None and field.role in ("key", "created", "updated")):
            continue
        for suffix, sql in checks(field):
            name = names.identifier("ck", entity.storage.table, field.column, suffix)
            text = f"{field.wire} of the {names.label(entity.name)} is out of its bounds"
            found.append(_check(name, sql, text))
    for place, rule in enumerate(target.application.rules_of(entity.name), 1):
        sql_or_none = rule_sql(target.application, entity, rule.condition)
        if sql_or_none is not None:
            name = names.identifier("ck", entity.storage.table, "rule", str(place))
            found.append(_check(name, sql_or_none, rule.text))
    return found


def _check(name: str, sql: str, text: str) -> View:
    """``text_sql`` is the condition as SQLAlchemy's textual SQL, where a colon would name a parameter."""
    return {"name": name, "sql": sql, "text_sql": sql.replace(":", "\\:"), "text": UserText(text)}


def _title(entity: Entity) -> str:
    label = names.label(entity.name)
    return f"One {label}, part of one {names.label(entity.owner)}." if entity.owner else f"One {label}."


def _rules(target: Target, entity: Entity) -> list[View]:
    found = []
    for rule in target.application.rules_of(entity.name):
        lowering = PythonExpressions(target.application, target.choices, rename={SELF: "self"})
        found.append({"broken": lowering.negated(rule.condition), "text": UserText(rule.text)})
    return found


def _indexes(entity: Entity) -> list[View]:
    wanted: list[tuple[str, ...]] = []
    order = tuple(entity.field(sorting.field).column or sorting.field for sorting in entity.order)
    owner = entity.owner_field
    if owner is not None and owner.column is not None:
        wanted.append((owner.column, *order))
    if len(order) > 1:
        wanted.append(order)
    for field in entity.fields:
        indexed = isinstance(field.type, Reference) or field.filterable or field.sortable or field.indexed
        if field.column is not None and field.role == "plain" and indexed:
            wanted.append((field.column,))
    return [
        {"name": names.identifier("ix", entity.storage.table, *columns), "columns": list(columns)}
        for columns in dict.fromkeys(wanted)
    ]


def _clears(entity: Entity) -> list[View]:
    """References of this entity that a deletion elsewhere sets to null, so that the row counts as changed."""
    found = []
    for field in entity.fields:
        stamped = any(f.role == "updated" for f in entity.fields)
        if isinstance(field.type, Reference) and field.on_delete == "clears" and field.role == "plain" and stamped:
            column = field.column or field.name
            found.append(
                {"trigger": names.identifier("tr", entity.storage.table, column, "cleared"), "column": quoted(column)}
            )
    return found


def in_foreign_key_order(target: Target) -> list[Entity]:
    """The entities, those that are referred to first; cycles are broken in the order of the spec."""
    return list(target.entities.values())


def constraints_view(target: Target) -> View:
    """What to tell a client when the database finds a constraint broken: the texts of the refusals."""
    texts = {r.key: r.text for o in target.application.api.operations for r in o.refusals}
    taken: list[View] = []
    absent: list[View] = []
    used: list[View] = []
    broken: list[View] = []
    for entity in target.application.domain.entities:
        view = entity_view(target, entity)
        for unique, shown in zip(target.application.uniques_of(entity.name), view["uniques"], strict=True):
            taken.append(_told(shown["name"], texts.get(f"unique:{unique.id}", "this exists already")))
        if entity.key.generated is None and not entity.external:
            name = names.identifier(entity.storage.table, "pkey")
            taken.append(_told(name, texts.get(f"key:{entity.name}", "this exists already")))
        for column in view["columns"]:
            if column["foreign"]:
                foreign = column["foreign"]
                absent.append(_told(foreign["name"], f"there is no such {foreign['label']}"))
                text = texts.get(f"restrict:{foreign['relationship']}", f"something refers to this {foreign['label']}")
                used.append(_told(foreign["name"], text))
        broken.extend({"name": check["name"], "text": check["text"]} for check in view["checks"])
    return {"taken": taken, "absent": absent, "used": used, "broken": broken}


def _told(constraint: str, text: str) -> View:
    return {"name": constraint, "text": UserText(text)}
