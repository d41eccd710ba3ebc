"""What the patterns of migrations see: every table with all that the database keeps of it."""

from typing import Any

from devmatrix.backend.fastapi import names
from devmatrix.backend.fastapi.constraints.columns import quoted
from devmatrix.backend.fastapi.entities import entity_view, in_foreign_key_order
from devmatrix.backend.fastapi.target import Target

KEEP = "keep_deleted_row"
"""The function of the triggers that keep what is deleted."""
View = dict[str, Any]
STAMP = "stamp_change"
"""The function of the triggers that move ``updated_at`` where a deletion elsewhere clears a reference."""


def migration_view(target: Target) -> View:
    """The first migration: schemas, tables in foreign-key order, keys of cycles, triggers."""
    entities = [entity_view(target, entity) for entity in in_foreign_key_order(target)]
    own = [view for view in entities if not view["external"]]
    tables = [_table(view) for view in own]
    tables.extend(_association(listed["association"]) for view in own for listed in view["lists"] if _linked(listed))
    later = [key for view in own for key in _foreign_keys(view) if key["cyclic"]]
    triggers = [_trigger(target, view, clear) for view in own for clear in view["clears"]]
    stamp = _function(target)
    return {
        "schemas": [
            {"name": name, "create": f"CREATE SCHEMA IF NOT EXISTS {quoted(name)}"}
            for name in dict.fromkeys(view["schema"] for view in own if view["schema"])
        ],
        "external": [
            {"schema": view["schema"] or "public", "name": view["table"]} for view in entities if view["external"]
        ],
        "tables": tables,
        "later": later,
        "later_dropped": later[::-1],
        "dropped": [{"name": table["name"], "schema": table["schema"]} for table in tables[::-1]],
        "triggers": triggers,
        "stamp": {"create": _stamp_sql(stamp), "drop": f"DROP FUNCTION {stamp}()"},
    }


def deletion_view(target: Target) -> View:
    """Where deleted rows are kept, and the tables whose rows are; nothing where they are not."""
    archive = target.application.archive
    if archive is None:
        return {"archive": None, "tables": []}
    schema, table = archive
    own = [entity for entity in in_foreign_key_order(target) if not entity.external]
    linking = [(e.storage.schema_name, f.association.table) for e in own for f in e.fields if f.association is not None]
    kept = [*((e.storage.schema_name, e.storage.table) for e in own), *linking]
    return {
        "archive": {
            "schema": schema,
            "table": table,
            "quoted": ".".join(map(quoted, archive)),
            "function": f"{quoted(schema)}.{KEEP}()",
            "index": names.identifier("ix", table, "table", "deleted_at"),
        },
        "tables": [".".join(map(quoted, place)) for place in kept],
    }


def migration_env_view(target: Target) -> View:
    """Where migrations are noted, which schemas they look after, and which tables they leave alone."""
    schema = target.application.infrastructure.storage.schema_name
    entities = target.application.domain.entities
    own = [entity.storage.schema_name for entity in entities if not entity.external]
    external = [f"{e.storage.schema_name}.{e.storage.table}" for e in entities if e.external]
    external += [".".join(archive)] if (archive := target.application.archive) else []
    return {
        "schema": None if schema == "public" else schema,
        "schemas": sorted({schema, *own}),
        "external": sorted(external),
    }


def _linked(listed: View) -> bool:
    return listed["association"] is not None


def _table(view: View) -> View:
    return {
        "name": view["table"],
        "schema": view["schema"],
        "columns": [
            {
                "name": column["column"],
                "type": column["migrated"],
                "nullable": column["nullable"],
                "identity": column["identity"],
            }
            for column in view["columns"]
        ],
        "checks": [{"name": check["name"], "sql": _escaped(check["sql"])} for check in view["checks"]],
        "foreign": [key for key in _foreign_keys(view) if not key["cyclic"]],
        "key": [view["key_column"]],
        "uniques": view["uniques"],
        "indexes": view["indexes"],
    }


def _foreign_keys(view: View) -> list[View]:
    found = []
    for column in view["columns"]:
        foreign = column["foreign"]
        if foreign:
            schema, _, table = foreign["table"].rpartition(".")
            found.append(
                {
                    "table": view["table"],
                    "schema": view["schema"],
                    "column": column["column"],
                    "target": f"{foreign['table']}.{foreign['column']}",
                    "target_schema": schema or None,
                    "target_table": table,
                    "target_column": foreign["column"],
                    "name": foreign["name"],
                    "action": foreign["action"],
                    "cyclic": foreign["cyclic"],
                    "deferred": foreign["deferred"],
                }
            )
    return found


def _association(view: View) -> View:
    ends = ("source", "target")
    return {
        "name": view["table"],
        "schema": view["schema"],
        "columns": [
            {"name": view[end], "type": view[f"{end}_migrated"], "nullable": False, "identity": False} for end in ends
        ],
        "checks": [],
        "foreign": [
            {
                "column": view[end],
                "target": f"{view[f'{end}_table']}.{view[f'{end}_key']}",
                "name": view[f"{end}_name"],
                "action": "CASCADE",
                "deferred": False,
            }
            for end in ends
        ],
        "key": [view[end] for end in ends],
        "uniques": [],
        "indexes": [{"name": view["index"], "columns": [view["target"]]}],
    }


def _escaped(sql: str) -> str:
    """A colon would begin a parameter."""
    return sql.replace(":", "\\:")


def _function(target: Target) -> str:
    schema = target.application.infrastructure.storage.schema_name
    return STAMP if schema == "public" else f"{quoted(schema)}.{STAMP}"


def _stamp_sql(name: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.updated_at = clock_timestamp(); RETURN NEW; END $$"
    )


def _trigger(target: Target, view: View, clear: View) -> str:
    table = quoted(view["table"]) if view["schema"] is None else f"{quoted(view['schema'])}.{quoted(view['table'])}"
    column = clear["column"]
    return (
        f"CREATE TRIGGER {quoted(clear['trigger'])} BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.{column} IS NOT NULL AND NEW.{column} IS NULL AND OLD.updated_at = NEW.updated_at) "
        f"EXECUTE FUNCTION {_function(target)}()"
    )
