"""Choices of a select or radio field, by their value and how they read."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields import choices as field_choices


def choices(pairs: Iterable[tuple[str, object]]) -> list[Any]:
    """[(value, label)] as the form library wants them; its stubs do not know the type yet."""
    made: Any = vars(field_choices)["SelectChoice"]
    return [made(str(value), label) for value, label in pairs]
