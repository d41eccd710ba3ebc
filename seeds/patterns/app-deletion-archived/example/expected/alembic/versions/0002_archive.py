"""Keep every row that is deleted, as it last stood, with the time of its deletion.

The rows of a table as they stood, in its own columns, and when they went:

    SELECT was.*, kept.deleted_at
    FROM parcels.deleted_rows AS kept, jsonb_populate_record(NULL::the_table, kept.contents) AS was
    WHERE kept.table_schema = 'its_schema' AND kept.table_name = 'the_table'
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT = ("parcels.labels", "parcels.parcels", "parcels.shelves", "parcels.parcels_labels")
FUNCTION = "parcels.keep_deleted_row()"
KEEP = """
CREATE FUNCTION parcels.keep_deleted_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO parcels.deleted_rows (table_schema, table_name, contents, deleted_at)
    VALUES (TG_TABLE_SCHEMA, TG_TABLE_NAME, to_jsonb(OLD), clock_timestamp());
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Make the archive, and have each table fill it."""
    op.create_table(
        "deleted_rows",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("table_schema", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("contents", JSONB(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        schema="parcels",
    )
    columns = ["table_schema", "table_name", "deleted_at"]
    op.create_index("ix_deleted_rows_table_deleted_at", "deleted_rows", columns, schema="parcels")
    op.execute(KEEP)
    for table in KEPT:
        op.execute(f"CREATE TRIGGER keep_deleted_row AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}")


def downgrade() -> None:
    """Stop keeping rows, and drop those that were kept."""
    for table in KEPT:
        op.execute(f"DROP TRIGGER keep_deleted_row ON {table}")
    op.execute(f"DROP FUNCTION {FUNCTION}")
    op.drop_table("deleted_rows", schema="parcels")
