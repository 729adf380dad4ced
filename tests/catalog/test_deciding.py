"""Decisions over what has changed since its page was opened, and reasons that are no reasons."""

import pytest
from flask import Flask

from catalog.models import Offer
from catalog.operations.offers import change_terms, terms_of
from catalog.terms import Terms
from shop.actor import Actor
from shop.db import db, transaction
from shop.money import Money
from tests.factories.supply import NOW, audited
from tests.support.database import World
from tests.support.page import Page, PageClient
from tests.support.people import signed_in

QUEUES = {
    "certificates": ("reviewer", "/approval", "/refusal", "catalog:certificate:refuse"),
    "offers": ("reviewer", "/approval", "/refusal", "catalog:offer:refuse"),
    "producers": ("reviewer", "/recommendation", "/refusal", "producers:producer:refuse"),
    "plans": ("official", "/check", "/return", "quota:plan:return"),
}
REASON = "扫描件看不清，请重新上传。"
CHANGED = "您打开这一页之后，这一项有了变化"


def first_of(client: PageClient, kind: str) -> Page:
    """The page of the first thing of a kind that waits for a step which others may take as well."""
    action = QUEUES[kind][1]
    queue = client.get(f"/review?kind={kind}")
    links = [link for link in queue.reader.links if link.startswith(("/review/", "/official/"))]
    for link in dict.fromkeys(links):
        if link.count("/") >= 3:
            page = client.get(link)
            if any(form.action.endswith(action) for form in page.reader.forms):
                return page
    raise LookupError(kind)


def decided(app: Flask, action: str) -> int:
    with app.app_context():
        return len(audited(action))


@pytest.mark.parametrize("kind", QUEUES)
def test_who_decides_over_a_colleagues_decision_is_told_instead(
    app: Flask, database: World, kind: str
) -> None:
    name, agree, refuse, action = QUEUES[kind]
    client = signed_in(app, name)
    before = decided(app, action)
    open_since = first_of(client, kind)
    client.submit(client.get(open_since.response.request.path), agree)
    late = client.submit(open_since, refuse, status=422, reason=REASON)
    assert CHANGED in late.text
    assert REASON in late.text, "what was typed is not lost"
    again = client.submit(open_since, agree, status=422)
    assert CHANGED in again.text
    assert decided(app, action) == before


@pytest.mark.parametrize("kind", QUEUES)
@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 301, "看\x07不清"])
def test_a_reason_that_is_none_is_refused_at_its_field(
    app: Flask, database: World, kind: str, reason: str
) -> None:
    name, _agree, refuse, action = QUEUES[kind]
    client = signed_in(app, name)
    before = decided(app, action)
    answer = client.submit(first_of(client, kind), refuse, status=422, reason=reason)
    text = answer.response.get_data(as_text=True)
    assert 'id="reason-error"' in text
    assert 'href="#reason"' in text
    assert reason.strip() in text
    assert decided(app, action) == before


def test_an_offer_is_approved_at_the_price_that_was_seen(app: Flask, database: World) -> None:
    client = signed_in(app, "reviewer")
    page = first_of(client, "offers")
    public_id = page.response.request.path.rsplit("/", 1)[1]
    with app.app_context(), transaction():
        offer = db.session.scalars(db.select(Offer).filter_by(public_id=public_id)).one()
        terms = terms_of(offer)
        dearer = Terms(Money(terms.price.fen + 100), terms.minimum, terms.multiple, terms.tiers)
        change_terms(offer, dearer, actor=Actor("test"), at=NOW)
    answer = client.submit(page, "/approval", status=422)
    assert CHANGED in answer.text
    client.submit(answer, "/approval")
