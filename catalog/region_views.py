"""Where things come from: the index of the listed banners, and the page of each."""

import re

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from catalog.fragments import Fragment, fragment
from catalog.regions import League, leagues, region_page
from shop import charts, clock
from shop.access import public
from shop.errors import NotFound
from shop.regions.english import place_name
from shop.regions.queries import names

bp = Blueprint("regions", __name__)
CODE = re.compile(r"15[0-9]{4}")


@bp.get("/regions")
@public
def index() -> str:
    """The 57 banners and counties of the list, by league, and on the map."""
    return render_template("catalog/kept.html", fragment=fragment("regions", None, _index))


@bp.get("/regions/<code>")
@public
def show(code: str) -> str:
    """One of them: standing, goods, producers, bases, seasons."""
    if not CODE.fullmatch(code):
        raise NotFound
    kept = fragment("region", code, lambda: _region(code))
    return render_template("catalog/kept.html", fragment=kept)


def _index() -> Fragment:
    found = leagues(clock.today())
    html = render_template("catalog/_regions.html", leagues=found, chart=_map(found))
    return Fragment.rendered(_("产地：57 个脱贫旗县"), html)


def _map(found: list[League]) -> charts.MapChart:
    banners = {banner.code: banner.number for league in found for banner in league.banners}
    return charts.tile_map_banners(
        banners,
        charts.counts(_("%(count)s 件", count="%s")),
        marked=banners,
        link=lambda code: url_for("regions.show", code=code) if code in banners else None,
        names=names(banners),
        called=place_name,
    )


def _region(code: str) -> Fragment:
    page = region_page(code, clock.today())
    html = render_template("catalog/_region.html", page=page)
    return Fragment.rendered(page.banner.name, html)
