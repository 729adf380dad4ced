"""The search index of a shop on several machines: tokens in PostgreSQL's own text search.

Rows are a disposable copy of the catalogue's public words; `catalog.search` alone touches them.
SQLite gets the table too, empty, so that one set of migrations serves both.
"""

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base

_Vector = TSVECTOR().with_variant(Text(), "sqlite")


class SearchDocument(Base):
    """The tokens of one product: `grams` are matched, `ranking` holds words with weights A to D."""

    __tablename__ = "search_documents"
    __table_args__ = (
        Index("ix_search_documents_grams", "grams", postgresql_using="gin").ddl_if(
            dialect="postgresql"
        ),
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    grams: Mapped[str] = mapped_column(_Vector)
    ranking: Mapped[str] = mapped_column(_Vector)
