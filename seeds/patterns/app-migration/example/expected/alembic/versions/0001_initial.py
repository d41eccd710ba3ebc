"""Create every table."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from alembic import op
from alembic.util import CommandError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTERNAL = (("shared", "people"),)


def require_tables() -> None:
    """Stop where a table is missing that another service owns."""
    if op.get_context().as_sql:
        return
    inspector = sa.inspect(op.get_bind())
    for schema, table in EXTERNAL:
        if not inspector.has_table(table, schema=schema):
            raise CommandError(f"the table {schema}.{table} is missing: the service that owns it must make it first")


def upgrade() -> None:
    """Create the tables, what is referred to first."""
    require_tables()
    op.execute("CREATE SCHEMA IF NOT EXISTS parcels")
    op.create_table(
        "labels",
        sa.Column("code", sa.String(length=20, collation="C"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z\\:]+$'", name="ck_labels_code_pattern"),
        sa.PrimaryKeyConstraint("code"),
        schema="parcels",
    )
    op.create_index("ix_labels_created_at_code", "labels", ["created_at", "code"], schema="parcels")
    op.create_table(
        "parcels",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("sizes", JSONB(), nullable=True),
        sa.Column("shelf_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight > 0.00", name="ck_parcels_weight_range"),
        sa.CheckConstraint("state IN ('WAITING', 'TAKEN')", name="ck_parcels_state_choice"),
        sa.PrimaryKeyConstraint("id"),
        schema="parcels",
    )
    op.create_index("ix_parcels_shelf_id_created_at_id", "parcels", ["shelf_id", "created_at", "id"], schema="parcels")
    op.create_index("ix_parcels_created_at_id", "parcels", ["created_at", "id"], schema="parcels")
    op.create_index("ix_parcels_state", "parcels", ["state"], schema="parcels")
    op.create_table(
        "shelves",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("next_id", sa.BigInteger(), nullable=True),
        sa.Column("first_id", sa.BigInteger(), nullable=True),
        sa.Column("keeper_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["next_id"],
            ["parcels.shelves.id"],
            name="fk_shelves_next_id",
            ondelete="SET NULL",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["parcels.parcels.id"],
            name="fk_shelves_first_id",
            ondelete="SET NULL",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["keeper_id"], ["shared.people.id"], name="fk_shelves_keeper_id", deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name="uq_shelves_name", deferrable=True, initially="DEFERRED"),
        schema="parcels",
    )
    op.create_index("ix_shelves_created_at_id", "shelves", ["created_at", "id"], schema="parcels")
    op.create_index("ix_shelves_next_id", "shelves", ["next_id"], schema="parcels")
    op.create_index("ix_shelves_first_id", "shelves", ["first_id"], schema="parcels")
    op.create_index("ix_shelves_keeper_id", "shelves", ["keeper_id"], schema="parcels")
    op.create_table(
        "parcels_labels",
        sa.Column("parcel_id", sa.BigInteger(), nullable=False),
        sa.Column("label_code", sa.String(length=20, collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcels.parcels.id"], name="fk_parcels_labels_parcel_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["label_code"], ["parcels.labels.code"], name="fk_parcels_labels_label_code", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("parcel_id", "label_code"),
        schema="parcels",
    )
    op.create_index("ix_parcels_labels_label_code", "parcels_labels", ["label_code"], schema="parcels")
    op.create_foreign_key(
        "fk_parcels_shelf_id",
        "parcels",
        "shelves",
        ["shelf_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="DEFERRED",
        source_schema="parcels",
        referent_schema="parcels",
    )
    op.execute(
        "CREATE FUNCTION parcels.stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = clock_timestamp(); RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER tr_shelves_next_id_cleared BEFORE UPDATE ON parcels.shelves FOR EACH ROW WHEN (OLD.next_id IS NOT NULL AND NEW.next_id IS NULL AND OLD.updated_at = NEW.updated_at) EXECUTE FUNCTION parcels.stamp_change()"
    )
    op.execute(
        "CREATE TRIGGER tr_shelves_first_id_cleared BEFORE UPDATE ON parcels.shelves FOR EACH ROW WHEN (OLD.first_id IS NOT NULL AND NEW.first_id IS NULL AND OLD.updated_at = NEW.updated_at) EXECUTE FUNCTION parcels.stamp_change()"
    )


def downgrade() -> None:
    """Drop the tables, what refers first."""
    op.drop_constraint("fk_parcels_shelf_id", "parcels", schema="parcels", type_="foreignkey")
    op.drop_table("parcels_labels", schema="parcels")
    op.drop_table("shelves", schema="parcels")
    op.drop_table("parcels", schema="parcels")
    op.drop_table("labels", schema="parcels")
    op.execute("DROP FUNCTION parcels.stamp_change()")
