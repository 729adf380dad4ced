"""The words of a form's fields and choices, for a page that shows what somebody sent."""

import sys
from collections.abc import Callable, Collection, Iterator
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from wtforms.fields.core import UnboundField

from shop.web.forms import Form


def field_labels(endpoint: str, sent: Collection[str] = ()) -> dict[str, str]:
    """Field name → its words, from the forms that the view's own module knows.

    Two of them may have a field of the same name: that which knows most of what was sent is meant.
    """
    labels: dict[str, str] = {}
    forms = _forms(endpoint)
    forms.sort(
        key=lambda form: len({name for name, _field in _fields(form)} & {*sent}), reverse=True
    )
    for form in forms:
        for name, field in _fields(form):
            label = field.args[0] if field.args else field.kwargs.get("label")
            if label:
                labels.setdefault(name, str(label))
    return labels


def field_values(endpoint: str) -> dict[tuple[str, str], str]:
    """(Field name, value) → how a choice reads, where the choices do not depend on the reader."""
    return {
        (name, str(value)): str(label)
        for form in _forms(endpoint)
        for name, field in _fields(form)
        for value, label in _choices(field.kwargs.get("choices"))
    }


def _forms(endpoint: str) -> list[type[Form]]:
    """The forms that the view's own module knows."""
    module = sys.modules[current_app.view_functions[endpoint].__module__]
    return [f for f in vars(module).values() if isinstance(f, type) and issubclass(f, Form)]


def _choices(given: Any) -> Iterator[tuple[Any, Any]]:
    """The choices as (value, label), as pairs or as the form library's own records."""
    for one in given if isinstance(given, list | tuple) else ():
        if isinstance(one, tuple):
            yield one[0], one[1]
        else:
            yield one.value, one.label


def _fields(form: type[Form]) -> Iterator[tuple[str, Any]]:
    for one in form.__mro__:
        for name, field in vars(one).items():
            if isinstance(field, UnboundField):
                yield name, field


def named(names: list[str]) -> dict[str, str]:
    """What the rooms know of fields that carry an id of a thing: quantity-<offer>."""
    labels: dict[str, str] = {}
    for source in current_app.extensions["field_names"]:
        labels |= source(names)
    return labels


def name_fields(app: Flask, source: Callable[[list[str]], dict[str, str]]) -> None:
    """Let a room give words to fields of its things; at most one query for all of them."""
    app.extensions["field_names"].append(source)


def label_of(name: str, labels: dict[str, str]) -> str:
    """The field's words; those of a counted field (delivered-3) with its number."""
    kind, _dash, number = name.partition("-")
    made_for_the_page = {
        "delivery_on": _("送货日期"), "quantity": _("数量"), "delivered": _("实到"),
        "rejected": _("拒收"), "reason": _("原因"), "remark": _("备注"),
    }  # fmt: skip
    words = labels.get(name) or labels.get(kind) or made_for_the_page.get(kind) or name
    return f"{words} {number}" if number.isdecimal() and words != name else words


def init_app(app: Flask) -> None:
    app.extensions["field_names"] = []
