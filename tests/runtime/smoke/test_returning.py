"""What a run leaves in the archive of somebody's database is taken out, and nothing else."""

import asyncio

import pytest

from devmatrix.artifacts.scenarios import StoredRow, StoredValue
from devmatrix.frontend import read_spec
from devmatrix.runtime.databases import lent_database
from devmatrix.runtime.postgres import PostgresServer
from devmatrix.runtime.smoke.returning import Ledger, take_out
from devmatrix.runtime.sql import connected
from tests.runtime.smoke.scenes import given

pytestmark = pytest.mark.needs_server

SPEC = """# Boxes

## Settings

- deletes: archived

## Entities

### Box

| field | type | rules |
|---|---|---|
| name | text(40) | required |
"""
TABLES = ('"public"."deleted_rows"', '"public"."boxes"', '"public"."items"')
SCHEMA = """
CREATE TABLE deleted_rows (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, table_schema text, table_name text, contents jsonb);
CREATE TABLE boxes (id int PRIMARY KEY, name text);
CREATE TABLE items (id int PRIMARY KEY, box int REFERENCES boxes ON DELETE CASCADE);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted_rows (table_schema, table_name, contents)
    VALUES (TG_TABLE_SCHEMA, TG_TABLE_NAME, to_jsonb(OLD));
    RETURN NULL;
END
$$;
CREATE TRIGGER keep AFTER DELETE ON boxes FOR EACH ROW EXECUTE FUNCTION keep();
CREATE TRIGGER keep AFTER DELETE ON items FOR EACH ROW EXECUTE FUNCTION keep();
"""


def box(key: int) -> StoredRow:
    """A row that the run put in."""
    return StoredRow(
        schema_name="public", table="boxes", values=(StoredValue(column="id", type="bigint", value=given(key)),)
    )


def test_the_archive_is_left_as_it_was(postgres_server: PostgresServer) -> None:
    """Rows of ours, dead or alive, and what went along leave no trace; what others deleted stays."""
    application, _ = read_spec(SPEC, "boxes.md")
    ledger = Ledger(application)
    ledger.note([box(1), box(2)])
    with lent_database(postgres_server.url) as url, connected(url) as session:
        for statement in (
            SCHEMA,
            "INSERT INTO boxes SELECT n, 'box' FROM generate_series(1, 4) AS n",
            "INSERT INTO items SELECT n, n FROM generate_series(1, 4) AS n",
            "DELETE FROM boxes WHERE id IN (1, 3)",
        ):
            session.execute(statement)
        asyncio.run(take_out(ledger, TABLES, url))
        assert [row["id"] for row in session.rows("SELECT id FROM boxes")] == [4]
        left = session.rows("SELECT table_name AS name, contents ->> 'id' AS key FROM deleted_rows ORDER BY 1")
        assert [(row["name"], row["key"]) for row in left] == [("boxes", "3"), ("items", "3")]
