# mypy: ignore-errors
"""The first revision."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """One table, with a reference to one that is not ours."""
    op.execute("CREATE TABLE item (id integer PRIMARY KEY REFERENCES outside (id))")
