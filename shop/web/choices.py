"""Choices of a select or radio field, by their value and how they read."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields import choices as field_choices


def choices(pairs: Iterable[tuple[str, object]], *, ask: object | None = None) -> list[Any]:
    """[(value, label)] as the form library wants them; its stubs do not know the type yet.

    `ask` is how the empty first choice reads, for a field that begins without an answer.
    """
    made: Any = vars(field_choices)["SelectChoice"]
    first = [("", ask)] if ask is not None else []
    return [made(str(value), label) for value, label in [*first, *pairs]]


PLEASE = _l("请选择")
