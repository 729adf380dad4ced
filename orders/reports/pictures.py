"""The dashboard's charts: what each is made of, and where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from orders.models import Channel, FundSource
from orders.quota import labels
from orders.quota.stages import Stage
from orders.reports.dashboard import Dashboard, completion, parts
from orders.reports.facts import Figures, Key
from orders.reports.procurement import of_units
from shop import charts
from shop.regions import queries as regions
from shop.regions.english import place_name
from shop.web.frame import is_english

MOST_CATEGORIES = 8
BANNERS = "150000"
"""The division whose counties the tile map draws."""


@dataclass(frozen=True)
class Pictures:
    banners: Any
    trends: list[tuple[Channel, Any]]
    flows: list[tuple[Channel, Any]]
    categories: Any


def pictures(found: Dashboard, *, last_month: int) -> Pictures:
    yuan = charts.amounts("en" if is_english() else "zh")
    return Pictures(
        banners=_banners(found),
        trends=[(channel, _trend(found, channel, yuan, last_month)) for channel in labels.CHANNELS],
        flows=[(channel, _flow(found, channel, yuan)) for channel in labels.CHANNELS],
        categories=_categories(found, yuan),
    )  # fmt: skip


def _has_banners(region: str) -> bool:
    return regions.contains(region, BANNERS) or (
        regions.contains(BANNERS, region) and regions.level_of(region) != "county"
    )


def _banners(found: Dashboard) -> Any:
    """Completion by banner; none of it for a single banner, or outside the map."""
    selection = found.selection
    if not _has_banners(selection.region):
        return None
    shares = {str(key): completion(figures) for key, figures in found.counties.items()}

    def address(code: str) -> str | None:
        if code not in shares:
            return None
        return url_for("reports.totals", **selection.arguments(region=code, by="unit"))

    measure = charts.Measure((charts.Size(100, "%s%"),))
    known = {code: share for code, share in shares.items() if share is not None}
    alone = regions.level_of(selection.region) == "prefecture"
    return charts.tile_map_banners(
        known, measure, link=address, names=dict(found.names),
        prefecture=selection.region[:4] if alone else None, called=place_name,
    )  # fmt: skip


def _trend(found: Dashboard, channel: Channel, yuan: charts.Measure, last_month: int) -> Any:
    def series(stage: Stage) -> charts.Series:
        monthly = [
            of_units(found.months.get(month, Figures()), channel, stage).fen
            for month in range(1, last_month + 1)
        ]
        chosen = {"channel": channel, "buyers": "institution", "stage": stage}
        address = url_for("reports.orders", **found.selection.arguments(**chosen))
        return charts.Series(str(labels.STAGES[stage]), [*monthly, *[None] * rest], address)

    rest = 12 - last_month
    months = [_("%(month)d月", month=month) for month in range(1, 13)]
    return charts.lines(months, [series(Stage.PLACED), series(Stage.COMPLETED)], yuan)


def _flow(found: Dashboard, channel: Channel, yuan: charts.Measure) -> Any:
    """One channel's funds, and how far their money has come. Two channels are two pictures."""
    ends = {
        "completed": _("已完成"), "accepted": _("已验收，待付款"),
        "paid": _("已付款，待验收"), "placed": _("待验收和付款"),
    }  # fmt: skip

    def orders(**changes: object) -> str:
        chosen = {"channel": channel, "buyers": "institution", **changes}
        return url_for("reports.orders", **found.selection.arguments(**chosen))

    nodes = [
        *(charts.Node(fund, str(labels.FUNDS[fund]), 0, orders(fund=fund, stage=Stage.PLACED))
          for fund in labels.UNIT_FUNDS),
        *(charts.Node(end, words, 1, orders(stage=Stage.COMPLETED) if end == "completed" else None)
          for end, words in ends.items()),
    ]  # fmt: skip
    flows = [
        charts.Flow(fund, end, getattr(parts(found.totals, channel, fund), end).fen)
        for fund in labels.UNIT_FUNDS
        for end in ends
    ]
    return charts.flow(nodes, flows, yuan)


def _categories(found: Dashboard, yuan: charts.Measure) -> Any:
    def amounts(figures: Figures) -> list[int]:
        personal = figures.progress.of_fund(Channel.LOCAL, FundSource.PERSONAL, Stage.PLACED)
        units = [of_units(figures, channel, Stage.PLACED).fen for channel in labels.CHANNELS]
        return [*units, personal.fen]

    listed = sorted(
        ((key, amounts(figures)) for key, figures in found.categories.items()),
        key=lambda each: (-max(each[1]), str(each[0])),
    )
    stacks = [
        charts.Stack(_named(found.category_names, key), values, _of_category(found, key))
        for key, values in listed[:MOST_CATEGORIES]
        if any(values)
    ]
    series = [*(str(label) for label in labels.CHANNELS.values()), _("个人消费")]
    return charts.stacked(series, stacks, yuan, totals=False)


def _named(names: Mapping[Key, tuple[str, str | None]], key: Key) -> str:
    return names.get(key, (str(key), None))[0]


def _of_category(found: Dashboard, key: Key) -> str:
    chosen = found.selection.arguments(category=key, by="region", view="channel")
    return url_for("reports.totals", **chosen)
