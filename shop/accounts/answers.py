"""What the account views answer: a form's page, or where its action leads."""

from collections.abc import Callable

from flask import render_template
from werkzeug.wrappers import Response

from shop.errors import DomainError, InvalidInput
from shop.web.forms import Form

Answer = Response | str | tuple[str, int]
AT_THE_FORM = (409, 422, 429)


def answered(form: Form, template: str, act: Callable[[], Answer], **context: object) -> Answer:
    """The form's page as asked for, with what is wrong in it, or what `act` answers.

    For actions that hash, which takes long: `act` opens its transactions itself, several where
    a try must stay counted whatever follows. All others go through `carried_out`.
    """
    status = 200
    if form.validate_on_submit():
        try:
            return act()
        except DomainError as refusal:
            if refusal.status not in AT_THE_FORM:
                raise
            form.refuse(refusal.field, refusal.message)
            status = refusal.status
    elif form.is_submitted():
        status = 422
    return render_template(template, form=form, **context), status


def refuse_strange(form: Form) -> None:
    """A one-button form has no page of its own to show an error on. Raises InvalidInput."""
    if not form.validate_on_submit():
        raise InvalidInput
