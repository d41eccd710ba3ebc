"""The entity Folder."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from src.core.columns import choice, words
from src.core.database import Base, Timestamped
from src.models.choices import FolderState

if TYPE_CHECKING:
    from src.models.entities.note import Note


class Folder(Timestamped, Base):
    """One folder."""

    __tablename__ = "folders"
    __table_args__ = (
        UniqueConstraint("title", name="uq_folders_title", deferrable=True, initially="DEFERRED"),
        CheckConstraint("char_length(title) >= 1", name="ck_folders_title_length"),
        CheckConstraint("state IN ('OPEN', 'CLOSED')", name="ck_folders_state_choice"),
        Index("ix_folders_created_at_id", "created_at", "id"),
        Index("ix_folders_state", "state"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    title: Mapped[str] = mapped_column(words(80))
    state: Mapped[FolderState] = mapped_column(choice(FolderState))

    notes: Mapped[list["Note"]] = relationship(
        back_populates="folder",
        foreign_keys="Note.folder_id",
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="raise_on_sql",
        order_by="Note.created_at, Note.id",
    )
