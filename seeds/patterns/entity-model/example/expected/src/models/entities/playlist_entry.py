"""The entity PlaylistEntry."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from src.core.database import Base, Timestamped

if TYPE_CHECKING:
    from src.models.entities.playlist import Playlist
    from src.models.entities.track import Track


class PlaylistEntry(Timestamped, Base):
    """One playlist entry, part of one playlist."""

    __tablename__ = "playlist_entries"
    __table_args__ = (
        UniqueConstraint(
            "playlist_id",
            "position",
            name="uq_playlist_entries_playlist_id_position",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("position BETWEEN 1 AND 9007199254740991", name="ck_playlist_entries_position_range"),
        Index("ix_playlist_entries_playlist_id_created_at_id", "playlist_id", "created_at", "id"),
        Index("ix_playlist_entries_created_at_id", "created_at", "id"),
        Index("ix_playlist_entries_track_id", "track_id"),
        Index("ix_playlist_entries_position", "position"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    track_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("tracks.id", deferrable=True, initially="DEFERRED", name="fk_playlist_entries_track_id")
    )
    position: Mapped[int] = mapped_column(BigInteger)
    playlist_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("playlists.id", ondelete="CASCADE", name="fk_playlist_entries_playlist_id")
    )

    track: Mapped["Track"] = relationship(
        foreign_keys="PlaylistEntry.track_id", passive_deletes="all", lazy="raise_on_sql"
    )
    playlist: Mapped["Playlist"] = relationship(
        back_populates="songs", foreign_keys="PlaylistEntry.playlist_id", lazy="raise_on_sql"
    )
