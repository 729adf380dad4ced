"""A reviewer's decision: refused on the thing's own page with what was typed, else on to the next.

A page says in a hidden field what it showed. Who decides over something that has changed since, by a
colleague or by its owner, is told so instead of overruling what nobody saw.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired

from shop import review
from shop.actor import current_actor
from shop.errors import Overtaken
from shop.web.acting import carried_out
from shop.web.forms import Form, TextBlockField

Answer = str | Response | tuple[str, int]


class DecisionForm(Form):
    """A button. `seen` is the mark of what the page showed."""

    seen = HiddenField()


class ReasonedForm(DecisionForm):
    """A decision that needs a reason."""

    reason = TextBlockField(_l("原因"), [InputRequired(_l("请填写。"))], longest=300)


@dataclass(frozen=True)
class Matter:
    """What is decided on: its kind and reference in the queue, its page, and how to get at it.

    `hold` finds it through the actor and locks it; it raises NotFound. `mark` is `mark` below of it.
    """

    kind: str
    reference: str
    address: str
    hold: Callable[[], Any]
    mark: Callable[[Any], str]
    page: Callable[[Form], str]


def mark(status: str, since: datetime | None) -> str:
    """What a reviewer saw of a thing: its status, and which handing-in of it."""
    return f"{status} {since.isoformat() if since else ''}".strip()


def reasoned(form: Form) -> ReasonedForm:
    """The form with what was typed, or an empty one where another button was pressed."""
    return form if isinstance(form, ReasonedForm) else ReasonedForm(formdata=None)


def decide(matter: Matter, form: DecisionForm, act: Callable[[Any], object], words: str) -> Answer:
    """Do `act` with the thing, and lead to the next of its kind; its page says why if not."""
    place = review.place(current_actor(), matter.kind, matter.reference)

    def on_what_was_seen() -> None:
        thing = matter.hold()
        if form.seen.data and form.seen.data != matter.mark(thing):
            raise Overtaken
        act(thing)

    if not form.validate() or not carried_out(form, on_what_was_seen):
        return matter.page(form), 422
    flash(words, "success")
    return redirect(review.after(place, matter.address))
