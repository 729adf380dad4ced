"""The door of a demonstration: who one can be, and going in as them by one button."""

from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, redirect, render_template
from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import AnyOf

from demo import tours
from demo.accounts import PASSWORD
from shop import clock
from shop.access import public
from shop.accounts import entrance
from shop.accounts.models import Membership, User
from shop.db import db, transaction
from shop.errors import InvalidInput
from shop.web.forms import Form
from shop.web.landing import landing

bp = Blueprint("demo", __name__)


class EntranceForm(Form):
    person = HiddenField(validators=[AnyOf(tours.BY_LOCAL)])


@dataclass(frozen=True)
class Card:
    """A person as the page shows them."""

    local: str
    email: str
    name: str
    duty: LazyString
    organisation: str | None
    steps: tuple[LazyString, ...]


@bp.before_request
def only_in_a_demonstration() -> None:
    if not current_app.config["IS_DEMO"]:
        abort(404)


@bp.get("/demo")
@public
def show_people() -> str:
    cards = _cards()
    return render_template(
        "demo/people.html", audiences=tours.AUDIENCES, cards=cards, password=PASSWORD
    )


@bp.post("/demo/entrance")
@public
def enter() -> Response:
    """Go in as one of the fixed people; whoever was signed in here is not any more."""
    form = EntranceForm()
    if not form.validate_on_submit():
        raise InvalidInput
    account = tours.BY_LOCAL[str(form.person.data)]
    with transaction():
        user = db.session.scalar(select(User).where(User.email == account.email, User.is_demo))
        if user is None or not user.is_active:
            abort(404)
        entered = entrance.begin(user.id, at=clock.now(), proof="demo")
    entrance.renew_cookie(entered)
    flash(_("您现在是%(name)s。", name=entered.user.name), "success")
    return redirect(landing(entered.roles))


def _cards() -> dict[str, Card]:
    """One query for all; a person who is not in this world has no card."""
    emails = {account.email: account for account in tours.BY_LOCAL.values()}
    rows = db.session.execute(
        select(User, Membership)
        .outerjoin(Membership, (Membership.user_id == User.id) & Membership.ended_at.is_(None))
        .where(User.email.in_(emails), User.is_demo, User.disabled_at.is_(None))
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    )
    found: dict[str, Card] = {}
    for user, membership in rows:
        local = emails[user.email].local
        organisation = membership.organisation.name if membership else None
        found.setdefault(
            local,
            Card(
                local, user.email, user.name, tours.DUTIES[local], organisation, tours.STEPS[local]
            ),
        )
    return found
