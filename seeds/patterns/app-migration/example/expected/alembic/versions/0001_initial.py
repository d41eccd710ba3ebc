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
        "artists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120, collation="C"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(name) >= 1", name="ck_artists_name_length"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name="uq_artists_name", deferrable=True, initially="DEFERRED"),
    )
    op.create_index("ix_artists_created_at_id", "artists", ["created_at", "id"])
    op.create_table(
        "tracks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200, collation="C"), nullable=False),
        sa.Column("artist_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("explicit", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(title) >= 1", name="ck_tracks_title_length"),
        sa.CheckConstraint("seconds BETWEEN 1 AND 36000", name="ck_tracks_seconds_range"),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artists.id"], name="fk_tracks_artist_id", deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_tracks_created_at_id", "tracks", ["created_at", "id"])
    op.create_index("ix_tracks_title", "tracks", ["title"])
    op.create_index("ix_tracks_artist_id", "tracks", ["artist_id"])
    op.create_index("ix_tracks_explicit", "tracks", ["explicit"])
    op.create_table(
        "playlists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=100, collation="C"), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("limit_seconds", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(title) >= 1", name="ck_playlists_title_length"),
        sa.CheckConstraint("limit_seconds BETWEEN 60 AND 360000", name="ck_playlists_limit_seconds_range"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_playlists_created_at_id", "playlists", ["created_at", "id"])
    op.create_index("ix_playlists_public", "playlists", ["public"])
    op.create_table(
        "playlist_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("playlist_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 9007199254740991", name="ck_playlist_entries_position_range"),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name="fk_playlist_entries_track_id", deferrable=True, initially="DEFERRED"
        ),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlists.id"], name="fk_playlist_entries_playlist_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "playlist_id",
            "position",
            name="uq_playlist_entries_playlist_id_position",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index(
        "ix_playlist_entries_playlist_id_created_at_id", "playlist_entries", ["playlist_id", "created_at", "id"]
    )
    op.create_index("ix_playlist_entries_created_at_id", "playlist_entries", ["created_at", "id"])
    op.create_index("ix_playlist_entries_track_id", "playlist_entries", ["track_id"])
    op.create_index("ix_playlist_entries_position", "playlist_entries", ["position"])


def downgrade() -> None:
    """Drop the tables, what refers first."""
    op.drop_table("playlist_entries")
    op.drop_table("playlists")
    op.drop_table("tracks")
    op.drop_table("artists")
