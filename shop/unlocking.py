"""The positive control of the tests of crowds: the same shop without its locks (bar A1).

Where a test without locks finds no fault, that test proves nothing with them. The setting
SKIP_LOCKING is honoured with XIANGYUAN_ENV=testing only; a production start refuses it.
"""

import re
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

LOCKING = re.compile(r"\s+FOR (?:NO KEY )?UPDATE(?: OF \w+)?(?: SKIP LOCKED)?|(?<=BEGIN) IMMEDIATE")


def skip_locking(engine: Engine) -> None:
    """Leave out row locks, and SQLite's lock at the beginning of a writing transaction."""

    def without_locks(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> tuple[str, Any]:
        return LOCKING.sub("", statement), parameters

    event.listen(engine, "before_cursor_execute", without_locks, retval=True)
