"""The restricted pages of households, for the staff of a cooperative linked with them."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from producers import households, identities, reach
from producers.benefit import given_by
from producers.forms import ReasonForm, words
from producers.household_forms import EndLinkForm, HouseholdForm, LinkForm
from producers.households import ATTRIBUTE_LABELS, LINK_LABELS
from producers.models import Base, Household, Producer
from producers.sheets import households_report
from shop import clock
from shop.access import requires
from shop.accounts.confirmation import confirmed
from shop.actor import current_actor
from shop.db import db
from shop.errors import NotFound
from shop.regions.english import full_place_name
from shop.regions.models import Level, Region
from shop.regions.queries import names, names_inside, within
from shop.sheets import sheet
from shop.web.acting import carried_out
from shop.web.choices import PLEASE, choices
from shop.web.paging import Page, asked_page

bp = Blueprint("households", __name__)

Answer = str | Response | tuple[str, int]
PAGE_SIZE = 30


@bp.get("/supplier/households")
@requires("producers:household:read")
def list_households() -> str:
    """All linked households, or those of one village. Raises NotFound for a village without any."""
    producer, today = reach.own_producer(current_actor()), clock.today()
    linked, asked = reach.linked_households(producer, today), request.args.get("village", "")
    villages = _counted_by_village(linked)
    if asked and asked not in villages:
        raise NotFound
    chosen = linked.where(Household.village_code == asked) if asked else linked
    page = Page(asked_page(), PAGE_SIZE, villages[asked] if asked else sum(villages.values()))
    found = list(db.session.scalars(chosen.offset(page.offset).limit(page.size)))
    return render_template(
        "producers/manage/households.html",
        rows=households.masked(producer, found),
        given=given_by(producer, found),
        page=page,
        asked=asked,
        villages=villages,
        places=names_inside(villages, producer.county_code),
        link_labels=LINK_LABELS,
        attribute_labels=ATTRIBUTE_LABELS,
        today=today,
    )


def _counted_by_village(linked: Select[tuple[Household]]) -> dict[str, int]:
    found = linked.order_by(None).subquery()
    rows = db.session.execute(
        select(found.c.village_code, func.count())
        .group_by(found.c.village_code)
        .order_by(found.c.village_code)
    )
    return {code: int(count) for code, count in rows}


@bp.get("/supplier/households.xlsx")
@requires("producers:household:read")
def households_sheet() -> Response:
    """Every linked household by its pseudonym, and what it gave to the producer's batches."""
    producer, today = reach.own_producer(current_actor()), clock.today()
    found = list(db.session.scalars(reach.linked_households(producer, today)))
    links = households.links_of(producer, found)
    report = households_report(
        [(each, [link for link in links[each.id] if link.is_in_force(today)]) for each in found],
        given_by(producer, found),
        names_inside({each.village_code for each in found}, producer.county_code),
        seller=producer.name,
        day=today.isoformat(),
    )
    return sheet(report, f"households-{today.isoformat()}")


@bp.route("/supplier/households/new", methods=["GET", "POST"])
@requires("producers:household:write")
def new_household() -> Answer:
    actor, today = current_actor(), clock.today()
    producer = reach.own_producer(actor)
    form = HouseholdForm(valid_from=today)
    bases = _offer_bases(form, producer, today)
    form.village.choices = choices(_villages(producer, list(bases.values())), ask=PLEASE)
    if not form.is_submitted():
        return render_template("producers/manage/household_form.html", form=form)
    made: list[tuple[str, bool]] = []

    def act() -> None:
        household, is_new = households.add_household(
            reach.own_producer(actor), form.to_household(), form.to_link(bases),
            actor=actor, at=clock.now(),
        )  # fmt: skip
        made.append((household.pseudonym, is_new))

    if not form.validate() or not carried_out(form, act):
        return render_template("producers/manage/household_form.html", form=form), 422
    pseudonym, is_new = made[0]
    if is_new:
        flash(_("农户已登记，编号 %(pseudonym)s。", pseudonym=pseudonym), "success")
    else:
        flash(_("这户已有编号 %(pseudonym)s，已与本单位联结。", pseudonym=pseudonym), "success")
    return redirect(url_for("households.show_household", pseudonym=pseudonym))


def _offer_bases(form: LinkForm, producer: Producer, today: date) -> dict[str, Base]:
    bases = {base.public_id: base for base in reach.usable_bases(producer, today)}
    form.base.choices = choices(
        ((key, base.name) for key, base in bases.items()), ask=_("不限基地")
    )
    return bases


def _villages(producer: Producer, bases: list[Base]) -> list[tuple[str, str]]:
    """The villages of the counties in which the producer works: one query."""
    counties = {producer.county_code, *(base.county_code for base in bases)}
    found: list[tuple[str, str]] = []
    for county in sorted(counties):
        rows = db.session.execute(
            select(Region.code, Region.full_name)
            .where(within(Region.code, county), Region.level == Level.VILLAGE)
            .order_by(Region.code)
        )
        found += [(code, full_place_name(code, name)) for code, name in rows]
    return found


@bp.get("/supplier/households/<pseudonym>")
@requires("producers:household:read")
def show_household(pseudonym: str) -> str:
    return _household_page(pseudonym)


def _household_page(
    pseudonym: str,
    link_form: LinkForm | None = None,
    reason_form: ReasonForm | None = None,
    end_form: EndLinkForm | None = None,
) -> str:
    producer, today = reach.own_producer(current_actor()), clock.today()
    household = reach.linked_household(producer, pseudonym, today)
    (row,) = households.masked(producer, [household])
    form = link_form or LinkForm(formdata=None, valid_from=today)
    bases = _offer_bases(form, producer, today)
    return render_template(
        "producers/manage/household.html",
        household=household,
        links=row.links,
        identity=identities.masked_identity(household),
        given=given_by(producer, [household])[household.id],
        place=names([household.village_code], full=True).get(household.village_code),
        base_names={base.id: base.name for base in bases.values()},
        link_labels=LINK_LABELS,
        attribute_labels=ATTRIBUTE_LABELS,
        form=form,
        reason_form=reason_form or ReasonForm(formdata=None),
        end_form=end_form,
        today=today,
    )


@bp.post("/supplier/households/<pseudonym>/links")
@requires("producers:household:write")
def create_link(pseudonym: str) -> Answer:
    actor, today = current_actor(), clock.today()
    form = LinkForm()
    bases = _offer_bases(form, reach.own_producer(actor), today)

    def act() -> None:
        producer = reach.own_producer(actor)
        household = reach.linked_household(producer, pseudonym, today)
        households.add_link(producer, household, form.to_link(bases), actor=actor, at=clock.now())

    if not form.validate() or not carried_out(form, act):
        return _household_page(pseudonym, link_form=form), 422
    flash(_("联结已登记。"), "success")
    return redirect(url_for("households.show_household", pseudonym=pseudonym))


@bp.post("/supplier/households/<pseudonym>/link-endings")
@requires("producers:household:write")
def create_link_ending(pseudonym: str) -> Answer:
    actor, today = current_actor(), clock.today()
    form = EndLinkForm()

    def act() -> None:
        producer = reach.own_producer(actor)
        household = reach.linked_household(producer, pseudonym, today)
        text = form.link.data or ""
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise NotFound
        households.end_link(
            producer, household, int(text), form.last_day.data, actor=actor, at=clock.now()
        )

    if not form.validate() or not carried_out(form, act):
        return _household_page(pseudonym, end_form=form), 422
    flash(_("联结已结束。"), "success")
    producer = reach.own_producer(actor)
    still = db.session.scalar(
        reach.linked_households(producer, today).where(Household.pseudonym == pseudonym)
    )
    if still is None:
        return redirect(url_for("households.list_households"))
    return redirect(url_for("households.show_household", pseudonym=pseudonym))


@bp.post("/supplier/households/<pseudonym>/identity-disclosure")
@requires("producers:household:reveal")
@confirmed
def create_disclosure(pseudonym: str) -> Answer:
    """Show one household's identity once, for a reason; nothing of it is kept by the browser."""
    actor, today = current_actor(), clock.today()
    form = ReasonForm()
    shown: list[identities.Identity] = []

    def act() -> None:
        producer = reach.own_producer(actor)
        household = reach.linked_household(producer, pseudonym, today)
        shown.append(
            identities.reveal_identity(
                producer, household, words(form.reason), actor=actor, at=clock.now()
            )
        )

    if not form.validate() or not carried_out(form, act):
        return _household_page(pseudonym, reason_form=form), 422
    return render_template(
        "producers/manage/household_identity.html", pseudonym=pseudonym, identity=shown[0]
    )
