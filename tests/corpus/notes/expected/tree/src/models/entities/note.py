"""The entity Note."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from src.core.columns import words
from src.core.database import Base, Timestamped

if TYPE_CHECKING:
    from src.models.entities.folder import Folder


class Note(Timestamped, Base):
    """One note, part of one folder."""

    __tablename__ = "notes"
    __table_args__ = (
        CheckConstraint("weight >= 0.00", name="ck_notes_weight_range"),
        Index("ix_notes_folder_id_created_at_id", "folder_id", "created_at", "id"),
        Index("ix_notes_created_at_id", "created_at", "id"),
        Index("ix_notes_weight", "weight"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    text: Mapped[str] = mapped_column(words(2000))
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    due: Mapped[dt.date | None] = mapped_column(Date)
    folder_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("folders.id", ondelete="CASCADE", name="fk_notes_folder_id")
    )

    folder: Mapped["Folder"] = relationship(back_populates="notes", foreign_keys="Note.folder_id", lazy="raise_on_sql")
