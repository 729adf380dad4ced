"""Categories of produce by NY/T 3177-2018 农产品分类与代码."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base


class Category(Base):
    """One class of the standard, or (code starting with X) one of ours below it.

    `name_mn` is what the Mongolians call it, in their script, where a source says so.
    """

    __tablename__ = "categories"

    code: Mapped[str] = mapped_column(primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"), index=True)
    name: Mapped[str]
    name_en: Mapped[str]
    name_mn: Mapped[str | None]
    source: Mapped[str]
