"""Ids of what breaks an invariant."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, select

from shop.db import db


def ids(noun: str, column: object, wrong: ColumnElement[bool]) -> Iterator[str]:
    yield from found(noun, select(column).where(wrong))  # type: ignore[call-overload]


def found(noun: str, statement: Select[tuple[int]]) -> Iterator[str]:
    for id_ in db.session.scalars(statement):
        yield f"{noun} {id_}"
