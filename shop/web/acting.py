"""One action of a form: carried out whole in one transaction, or refused at its field."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from shop.db import transaction
from shop.errors import DomainError
from shop.web.forms import Form

AT_THE_FORM = (409, 422)


def carried_out(form: Form, act: Callable[[], object]) -> bool:
    """Run `act` in a transaction. False when it was refused: the form then says why.

    What is not found or not allowed is no matter of the form and goes on to its own page.
    """
    try:
        with transaction():
            act()
    except DomainError as refusal:
        if refusal.status not in AT_THE_FORM:
            raise
        form.refuse(refusal.field, refusal.message)
        return False
    except IntegrityError:
        # Two people entered the same number at the same moment; the first one is there now.
        form.refuse(None, _("同样的内容刚刚有人提交过，请刷新后核对。"))
        return False
    return True
