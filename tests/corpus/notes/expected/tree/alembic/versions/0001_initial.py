"""Create every table."""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, what is referred to first."""
    op.create_table(
        "folders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(title) >= 1", name="ck_folders_title_length"),
        sa.CheckConstraint("state IN ('OPEN', 'CLOSED')", name="ck_folders_state_choice"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("title", name="uq_folders_title", deferrable=True, initially="DEFERRED"),
    )
    op.create_index("ix_folders_created_at_id", "folders", ["created_at", "id"])
    op.create_index("ix_folders_state", "folders", ["state"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=2000, collation="C"), nullable=False),
        sa.Column("weight", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight >= 0.00", name="ck_notes_weight_range"),
        sa.ForeignKeyConstraint(["folder_id"], ["folders.id"], name="fk_notes_folder_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_notes_folder_id_created_at_id", "notes", ["folder_id", "created_at", "id"])
    op.create_index("ix_notes_created_at_id", "notes", ["created_at", "id"])
    op.create_index("ix_notes_weight", "notes", ["weight"])


def downgrade() -> None:
    """Drop the tables, what refers first."""
    op.drop_table("notes")
    op.drop_table("folders")
