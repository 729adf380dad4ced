"""The storefront: home, listing, search and product, for anybody."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.categories import category_tree
from catalog.comparing import MOST, comparison
from catalog.finding import find
from catalog.fragments import FORM_PLACE, Fragment, fragment
from catalog.home_page import home_page
from catalog.listing import Choice, read_choice
from catalog.listing_page import ListingPage, listing_page
from catalog.presentation import (
    certificate_words,
    compared_words,
    obstacle_words,
    product_words,
)
from catalog.product_page import product_page
from catalog.receipts import FEWEST_BUYERS
from producers.chain_links import public_links
from shop import clock
from shop.access import public

bp = Blueprint("catalog", __name__)


@bp.get("/")
@public
def home() -> str:
    return render_template("catalog/kept.html", fragment=fragment("home", None, _home))


@bp.get("/products")
@public
def listing() -> str:
    """What can be bought today, by place, category, certificate and price."""
    choice = read_choice(request.args)
    # With ticks a page is one visitor's own: kept, it would only push out what others share.
    made = (
        _listing(choice) if choice.picked else fragment("listing", choice, lambda: _listing(choice))
    )
    return render_template("catalog/kept.html", fragment=made)


@bp.get("/search")
@public
def search() -> str | Response:
    """The listing, restricted to what the search found and in its order."""
    words = " ".join(request.args.get("q", "").replace("\0", " ").split())
    if not words:
        return redirect(url_for("catalog.listing"))
    choice = read_choice(request.args, words)
    hits = find(words, at=clock.now())
    page = listing_page(choice, category_tree(), clock.today(), hits)
    return render_template(
        "catalog/kept.html", fragment=_listing_fragment(page), search_words=words
    )


@bp.get("/products/<public_id>")
@public
def product(public_id: str) -> str:
    """One offer: what, from where, certified by whom, at what price; or why not today."""
    kept = fragment("product", public_id, lambda: _product(public_id))
    return render_template("catalog/product.html", fragment=kept, terms=kept.form)


@bp.get("/compare")
@public
def compare() -> str:
    """Up to four offers side by side; the address says which, so that it can be passed on."""
    found = comparison(request.args.getlist("products"), category_tree(), clock.today())
    words = [compared_words(thing) for thing in found.things]
    return render_template(
        "catalog/compare.html", comparison=found, words=words, most=MOST, today=clock.today()
    )


def _home() -> Fragment:
    page = home_page(clock.today())
    html = render_template("catalog/_home.html", page=page, certificate_words=certificate_words())
    return Fragment.rendered(_("来自帮扶地区的好物"), html)


def _listing(choice: Choice) -> Fragment:
    return _listing_fragment(listing_page(choice, category_tree(), clock.today()))


def _listing_fragment(page: ListingPage) -> Fragment:
    return Fragment.rendered(page.title, render_template("catalog/_listing.html", page=page))


def _product(public_id: str) -> Fragment:
    page = product_page(public_id, clock.today())
    words = product_words(page)
    html = render_template(
        "catalog/_product.html",
        page=page,
        words=words,
        obstacle=obstacle_words(page.obstacle),
        links=public_links(page.chain),
        tree=category_tree(),
        form_place=FORM_PLACE,
        today=clock.today(),
        fewest=FEWEST_BUYERS,
    )
    return Fragment.rendered(words.name, html, None if page.obstacle else page.terms)
