"""Shipped reference tables: bring the rows of a CSV file into the database, safe to run again."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

AnySession = Session | scoped_session[Any]


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def bring(
    session: AnySession,
    model: type[Any],
    key: str,
    rows: Iterable[dict[str, Any]],
    *,
    corrects: bool = True,
) -> int:
    """Add the rows that are not there yet, by their key; returns how many were added.

    Where the table may be corrected, rows that differ from the file are; nothing is removed.
    """
    known = {getattr(row, key): row for row in session.scalars(select(model))}
    added = 0
    for row in rows:
        found = known.get(row[key])
        if found is None:
            session.add(model(**row))
            added += 1
        elif corrects:
            for name, value in row.items():
                if getattr(found, name) != value:
                    setattr(found, name, value)
    session.flush()
    return added
