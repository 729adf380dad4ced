"""Stored files: evidence and pictures, by content, under generated names."""

from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Key, PublicId


class StoredFile(Base):
    """A file that somebody uploaded; its bytes lie in the file folder under its hash."""

    __tablename__ = "stored_files"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    sha256: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    size: Mapped[int]
    original_name: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    is_public: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def path(self) -> Path:
        return Path(current_app.config["FILE_FOLDER"]) / self.sha256[:2] / self.sha256
